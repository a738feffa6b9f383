import { text } from 'node:stream/consumers'
import { productError } from '../../../shared/errors.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { SecretList } from '../../../shared/secret.ts'
import { colour, printJson, printLine, printNote, printTable } from '../output.ts'
import { promptHidden } from '../prompt.ts'
import type { Session } from '../session.ts'

/** `pristine secrets [list|set|remove] [name]`: the secrets that the definition declares. A value is never printed. */
export function secrets(
  session: Session,
  _options: object,
  [what = 'list', name]: string[],
): Promise<number> {
  switch (what) {
    case 'list':
      if (name !== undefined) throw misused('"secrets list" takes no name.')
      return list(session)
    case 'set':
      return set(session, named(what, name))
    case 'remove':
      return remove(session, named(what, name))
    default:
      throw misused(`There is no "secrets ${sanitize(what)}".`)
  }
}

const misused = (problem: string) =>
  productError('usage', {
    problem,
    hint: 'Use "pristine secrets", "… secrets set NAME" or "… secrets remove NAME".',
  })

function named(what: string, name: string | undefined): string {
  if (name === undefined) throw misused(`"secrets ${what}" needs a name.`)
  return name
}

async function list(session: Session): Promise<number> {
  const found = await session.engine.secrets(session.folder, session.definition)
  session.settle()
  if (session.json) {
    printJson(found)
    return 0
  }
  printTable(
    found.secrets.map(({ name, state, description }) => [
      name,
      colour(state === 'missing' ? 'yellow' : 'green', STATES[state]),
      sanitize(description ?? ''),
    ]),
  )
  if (found.secrets.length === 0) printNote('The definition declares no secrets.')
  else printNote(whereKept(found))
  return 0
}

const STATES: Record<SecretList['secrets'][number]['state'], string> = {
  environment: 'set by your environment',
  process: 'set for now',
  'key-store': 'set',
  missing: 'missing',
}

const whereKept = ({ store, problem }: SecretList): string =>
  store === null || problem !== null
    ? `No key store can be used${problem === null ? '' : `: ${sanitize(problem)}`} Values are not kept; PRISTINE_SECRET_<name> in your environment gives them.`
    : `Values are kept in ${store}.`

async function set(session: Session, name: string): Promise<number> {
  const value = process.stdin.isTTY
    ? await typed(session, name)
    : // What `echo` and editors put at the end belongs to no value.
      (await text(process.stdin)).replace(/\r?\n$/, '')
  await session.engine.setSecret(session.folder, { name, value, definition: session.definition })
  session.settle()
  if (session.json) printJson({ secret: { name, state: 'key-store' } })
  else printLine(`${name} is set. Commands and hooks that start from now on have it.`)
  return 0
}

function typed(session: Session, name: string): Promise<string> {
  if (session.interactive) return promptHidden(session, `${name}: `)
  throw productError('usage', {
    problem: `The value of ${name} is missing.`,
    hint: 'Give it by a pipe: printf %s "$VALUE" | pristine secrets set NAME',
  })
}

async function remove(session: Session, name: string): Promise<number> {
  await session.engine.removeSecret(session.folder, name)
  session.settle()
  if (session.json) printJson({ secret: { name, state: 'missing' } })
  else printLine(`${sanitize(name)} is forgotten.`)
  return 0
}
