import path from 'node:path'
import { isProductError, productError } from '../../../shared/errors.ts'
import { exact } from '../../../shared/exact.ts'
import { colour, printJson, printLine, printNote } from '../output.ts'
import { confirms } from '../prompt.ts'
import type { Session } from '../session.ts'
import { describeBytes } from '../wording.ts'

interface Options {
  service?: string
  replace?: boolean
}

/** What a path inside begins with, as a container's does for `docker cp`. */
const INSIDE = 'env:'

/** `pristine cp env:/path ./here` and `pristine cp ./here env:/path`: copies one file out of the environment, or into it. */
export async function cp(
  session: Session,
  options: Options,
  [from = '', to = '']: (string | undefined)[],
): Promise<number> {
  const [source, target] = [insidePath(from), insidePath(to)]
  if ((source === undefined) === (target === undefined)) {
    throw productError('usage', {
      problem: 'One of the two paths is inside the environment, and begins with "env:/".',
      hint: 'Use "pristine cp env:/etc/hosts ." or "pristine cp ./notes.txt env:/tmp/".',
    })
  }
  if (source !== undefined) return download(session, options, source, to)
  return upload(session, options, from, target as string)
}

/** The path inside that a person means; undefined for one of this computer. Errors: `usage`. */
function insidePath(given: string): string | undefined {
  if (!given.startsWith(INSIDE)) return undefined
  const inside = given.slice(INSIDE.length)
  if (inside.startsWith('/')) return inside
  const problem = `"${exact(given)}" is not a whole path: one inside the environment begins with "env:/".`
  throw productError('usage', { problem, hint: `For a file of this computer, write "./${exact(given)}".` })
}

async function download(
  session: Session,
  { service, replace = false }: Options,
  source: string,
  to: string,
): Promise<number> {
  const wanted = { path: source, service, target: path.resolve(to) }
  const { target, bytes } = await askingToReplace(session, replace, (replace) =>
    session.engine.downloadFile(session.folder, { ...wanted, replace }, session.run),
  )
  session.settle()
  if (session.json) printJson({ copied: { from: `${INSIDE}${source}`, to: target, bytes } })
  else printLine(`${colour('green', '✓')} ${exact(target)} (${describeBytes(bytes)})`)
  return 0
}

async function upload(
  session: Session,
  { service, replace = false }: Options,
  from: string,
  to: string,
): Promise<number> {
  const source = path.resolve(from)
  const send = (folder: string, name: string) => {
    const request = { source, folder, name, service }
    return askingToReplace(session, replace, (replace) =>
      session.engine.uploadFile(session.folder, { ...request, replace }, session.run),
    )
  }
  const name = path.basename(source)
  const { dir, base } = path.posix.parse(to)
  const inFolder = () => send(to, name)
  const uploaded = await (to.endsWith('/')
    ? inFolder()
    : send(dir, base).catch((error: unknown) => {
        // What is named may be the folder that it is to be in.
        if (isProductError(error, 'path-exists') && error.data['isFolder'] === true) return inFolder()
        throw error
      }))
  session.settle()
  const { path: at, place, bytes } = uploaded
  if (session.json) {
    printJson({ copied: { from: source, to: `${INSIDE}${at}`, bytes, place } })
    return 0
  }
  printLine(`${colour('green', '✓')} ${INSIDE}${exact(at)} (${describeBytes(bytes)})`)
  if (place === 'container') printNote('It is in no volume: it goes with the next reset.')
  return 0
}

/**
 * Copies, and where a file is there already, asks whether it is replaced. Errors: those of the copy; `path-exists` also
 * where nobody can be asked, or the answer is no.
 */
async function askingToReplace<T>(
  session: Session,
  replace: boolean,
  copy: (replace: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await copy(replace)
  } catch (error) {
    if (!isProductError(error, 'path-exists') || error.data['isFolder'] === true) throw error
    session.settle()
    if (!session.interactive) throw error
    const file = exact(String(error.data['path']))
    // What is replaced may be data, which no general consent covers.
    if (await confirms({ ...session, yes: false }, `Replacing ${file}`, `Replace ${file}?`)) return copy(true)
    throw error
  }
}
