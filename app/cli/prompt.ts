import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { ANY_FILES } from '../../shared/describe-permission.ts'
import { isSystemError, productError } from '../../shared/errors.ts'
import { printNote } from './output.ts'
import type { Session } from './session.ts'

/**
 * Whether the person agrees to something: beforehand with `--yes`, or now; Enter alone means yes. `what` names it in
 * the error if nobody can be asked.
 * Errors: `consent-needed` if nobody can be asked, `cancelled`.
 */
export async function confirms(session: Session, what: string, question: string): Promise<boolean> {
  if (session.yes) return true
  if (!session.interactive) throw productError('consent-needed', { what, flag: '--yes' })
  return /^(?:y|yes)?$/i.test(await answer(session, `${question} [Y/n] `))
}

/**
 * Asks for what only a person can grant, on a terminal that is there: Enter alone means no, and `--yes` nothing.
 * Errors: `cancelled`.
 */
const confirmsGrant = async (session: Session, question: string): Promise<boolean> =>
  /^(?:y|yes)$/i.test(await answer(session, `${question} [y/N] `))

/**
 * The same for a request with a command on this computer: one fingerprint grants it with the project's files as they
 * are, the other with any content. Undefined: neither. Errors: `cancelled`.
 */
export async function askGrant(
  session: Session,
  question: string,
  { fingerprint, anyFiles }: { fingerprint: string; anyFiles: string | null },
): Promise<string | undefined> {
  if (anyFiles === null) return (await confirmsGrant(session, question)) ? fingerprint : undefined
  printNote(ANY_FILES)
  printNote(
    '"y" grants it with the files as they are, and asks again when one changed; "always" whatever they say.',
  )
  const given = await answer(session, `${question} [y/always/N] `)
  if (/^always$/i.test(given)) return anyFiles
  return /^(?:y|yes)$/i.test(given) ? fingerprint : undefined
}

/** Asks for a text that is not shown while it is typed. Errors: `cancelled`. */
export async function promptHidden(session: Session, question: string): Promise<string> {
  const given = await answer(session, question, { hidden: true })
  printNote('')
  return given
}

async function answer({ run }: Session, question: string, { hidden = false } = {}): Promise<string> {
  // An earlier reader of the terminal may have unreferenced it.
  process.stdin.ref()
  const output = hidden ? nowhere() : process.stderr
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  // Only now: before, the terminal itself shows what is typed.
  if (hidden) process.stderr.write(question)
  // Ctrl-C and Ctrl-D close it without an answer.
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  try {
    const signal = AbortSignal.any([run.signal, closed.signal])
    return (await terminal.question(hidden ? '' : question, { signal })).trim()
  } catch (error) {
    if (!isSystemError(error, 'ABORT_ERR')) throw error
    printNote('')
    throw productError('cancelled', {}, { cause: error })
  } finally {
    terminal.close()
  }
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })
