import { randomBytes } from 'node:crypto'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type NewFile, putFile } from '../docker/stream-file.ts'
import { ENTER_FOLDER, folderError, runRootScript } from './root-script.ts'

/** Where a new file is to be, inside. */
export interface FileTarget {
  /** The real path of an absolute folder. */
  folder: string
  name: string
  /** Whether a file of that name is replaced. */
  replace: boolean
}

const FOLDER_THERE = 48
const FILE_THERE = 49

/**
 * Ends with one of these codes where something is at `./$2` that is not replaced. `$3`: empty unless a file is. A link to a
 * folder counts as that folder: `mv` would move into it.
 */
const REQUIRE_FREE = `[ -d "./$2" ] && exit ${FOLDER_THERE}
[ -n "$3" ] || { ! [ -e "./$2" ] && ! [ -L "./$2" ]; } || exit ${FILE_THERE}`

const LOOK = `${ENTER_FOLDER}
${REQUIRE_FREE}
printf '%s/' "$PWD"`

const MOVE = `${ENTER_FOLDER}
${REQUIRE_FREE}
mv -f "./$4" "./$2"`

const REMOVE = 'cd -P "$1" && rm -f "./$2"'

/**
 * The target of a new file in a folder of a running container, by its real path.
 * Errors: `path-missing`, `path-not-folder`, `path-exists`, `file-not-copied`; `engine-unreachable`, `cancelled`.
 */
export async function findTarget(
  engine: Engine,
  container: string,
  target: FileTarget,
  signal: AbortSignal,
): Promise<FileTarget> {
  const stdout = await runOn(engine, container, target, LOOK, [], signal)
  return { ...target, folder: stdout.slice(0, -1) || '/' }
}

/**
 * Writes a file of that target under another name, and gives it its own when it is complete: nothing of one that was not
 * is left. `content` may end early, which fails.
 * Errors: as `findTarget`; `disk-full`, `engine-refused`, `engine-unreachable`.
 */
export async function writeNewFile(
  engine: Engine,
  container: string,
  target: FileTarget,
  file: Omit<NewFile, 'name'>,
  content: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const temporary = `.pristine-upload-${randomBytes(8).toString('hex')}`
  try {
    await putFile(engine, container, target.folder, { ...file, name: temporary }, content)
    await runOn(engine, container, target, MOVE, [temporary], signal)
  } catch (error) {
    const { signal } = new AbortController()
    const words = [target.folder, temporary]
    // Only the first failure is reported.
    await runRootScript(engine, container, REMOVE, words, () => new Error(), signal).catch(() => {})
    throw error
  }
}

async function runOn(
  engine: Engine,
  container: string,
  { folder, name, replace }: FileTarget,
  script: string,
  more: string[],
  signal: AbortSignal,
): Promise<string> {
  const path = folder === '/' ? `/${name}` : `${folder}/${name}`
  const refused = (problem: string) => productError('file-not-copied', { path, problem })
  const words = [folder, name, replace ? 'replace' : '', ...more]
  const { code, stdout, stderr } = await runRootScript(engine, container, script, words, refused, signal)
  if (code === FOLDER_THERE || code === FILE_THERE)
    throw productError('path-exists', { path, isFolder: code === FOLDER_THERE })
  const error = folderError(code, folder)
  if (error) throw isProductError(error, 'folder-not-listed') ? refused(error.why) : error
  if (code !== 0)
    throw refused(stderr.trim() || `It could not be given its name: the shell ended with ${code}.`)
  return stdout
}
