import {
  type BigIntStats,
  closeSync,
  constants,
  type Dirent,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
} from 'node:fs'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { isUndecodable } from './undecodable-name.ts'

/**
 * How Pristine reads and writes in folders that code inside a container can change at the same time. Between two checks
 * of a path, that code can replace a folder with a link to a place that it cannot see itself; anything that follows the
 * path then reads or writes there. Here nothing below an absolute path without links (`root`, as `realpath` gives it)
 * is reached through a link, neither below the root nor in the root's own path:
 *
 * - Linux: what was opened is asked where it really lies (`/proc/self/fd/N`), and refused unless that is the very path.
 * Lists, looks and writes go through the opened folder itself (`/proc/self/fd/N/name`), as `openat` would.
 * - Elsewhere Node has no such name for what is open. All folders above are checked before and after: each must be a
 * real folder, and unchanged by identity and by the time of the last change of its names. An exchange changes that time
 * in the folder where it happens, even if it is undone at once, and no program can set the inode's own time back. A
 * file must also be the one that was looked at, by its identity.
 *
 * A hard link to a file outside is no road: the container's mounts are file systems of their own to `link(2)`.
 */

/** What is open; it is closed when it is disposed of. */
export interface Opened extends Disposable {
  readonly fd: number
}

/** A folder that is open. */
export interface OpenedFolder extends Disposable {
  /** Refers to the folder, even if the names above it change. Its last part may be read, written and renamed by it. */
  readonly path: string
  /** To be called after the folder was used and before what was found is believed. Fails with ELOOP if it moved. */
  verify(): void
}

export type EntryKind = 'file' | 'folder' | 'link' | 'pipe' | 'socket' | 'device'

/** A name in a folder; `target` is a link's target, as written, but for an undecodable name. */
export interface Entry {
  name: string
  kind: EntryKind
  target?: string
}

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
/** Opening a pipe must not wait for its writer. */
const FILE = constants.O_RDONLY | NO_FOLLOW | (constants.O_NONBLOCK ?? 0)
const FOLDER = constants.O_RDONLY | NO_FOLLOW | (constants.O_DIRECTORY ?? 0)
/** What is exchanged just now, as an editor does that saves, may be whole a moment later. */
const TRIES = 3

/** Whether the system reports where an open file is. */
const isInformative = process.platform === 'linux' && existsSync('/proc/self/fd')

/**
 * Opens the file at `relative` below `root` to read it; it may be anything but a link.
 * Errors: those of `open(2)`; ELOOP where a link stands in its place or above it.
 */
export function openInside(root: string, relative: string, byPlace = isInformative): Opened {
  const file = below(root, relative)
  return again(() => (byPlace ? openedAt(file, FILE) : openedFileBetween(file)))
}

/** Opens the folder at `relative` below `root`. Errors: as `openInside`; ENOTDIR. */
export function openFolderInside(root: string, relative: string, byPlace = isInformative): OpenedFolder {
  const folder = below(root, relative)
  return again(() => {
    if (!byPlace) return folderBetween(folder)
    const opened = openedAt(folder, FOLDER)
    return { ...opened, path: placeOf(opened.fd), verify: () => {}, [Symbol.dispose]: opened[Symbol.dispose] }
  })
}

/** The entries of a folder, in no order. Errors: as `openFolderInside`. */
export function listInside(root: string, relative: string, byPlace = isInformative): Entry[] {
  return again(() => {
    using folder = openFolderInside(root, relative, byPlace)
    const entries = readdirSync(folder.path, { withFileTypes: true }).map((entry) =>
      entryOf(folder.path, entry.name, entry),
    )
    folder.verify()
    return entries
  })
}

/** The entry at `relative`; undefined if there is none. Errors: as `openFolderInside`, but for ENOENT. */
export function statInside(root: string, relative: string, byPlace = isInformative): Entry | undefined {
  if (path.normalize(relative) === '.') return { name: '', kind: 'folder' }
  try {
    return again(() => {
      using folder = openFolderInside(root, path.dirname(relative), byPlace)
      const name = path.basename(relative)
      const entry = entryOf(folder.path, name, lstatSync(path.join(folder.path, name)))
      folder.verify()
      return entry
    })
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return undefined
    throw error
  }
}

/** Opens a file that only Pristine changes, such as one of the data folder. Errors: those of `open(2)`. */
export function openOwn(file: string): Opened {
  return opened(openSync(file, FILE))
}

function below(root: string, relative: string): string {
  const whole = path.join(root, relative)
  const rest = path.relative(root, whole)
  if (rest === '..' || rest.startsWith(`..${path.sep}`) || path.isAbsolute(rest)) throw inTheWay(whole)
  return whole
}

function entryOf(
  folder: string,
  name: string,
  found: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>,
): Entry {
  if (found.isFile()) return { name, kind: 'file' }
  if (found.isDirectory()) return { name, kind: 'folder' }
  if (found.isSymbolicLink()) return { name, kind: 'link', ...targetOf(folder, name) }
  return { name, kind: found.isFIFO() ? 'pipe' : found.isSocket() ? 'socket' : 'device' }
}

function targetOf(folder: string, name: string): { target?: string } {
  try {
    return { target: readlinkSync(path.join(folder, name)) }
  } catch (error) {
    if (isUndecodable(name) && isSystemError(error, 'ENOENT')) return {}
    throw error
  }
}

const placeOf = (fd: number): string => `/proc/self/fd/${fd}`

const opened = (fd: number): Opened => ({ fd, [Symbol.dispose]: () => closeSync(fd) })

function openedAt(whole: string, flags: number): Opened {
  const fd = openedNow(whole, flags)
  try {
    if (readlinkSync(placeOf(fd)) !== whole) throw inTheWay(whole)
    return opened(fd)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function openedNow(whole: string, flags: number): number {
  try {
    return openSync(whole, flags)
  } catch (error) {
    // Something that is not a folder may be a link, which the system does not report.
    if (isSystemError(error, 'ENOTDIR')) lookAt(whole)
    throw error
  }
}

function openedFileBetween(file: string): Opened {
  const way = wayTo(path.dirname(file))
  const looked = lookAt(file)
  const fd = openSync(file, FILE)
  try {
    if (identity(fstatSync(fd, { bigint: true })) !== identity(looked)) throw inTheWay(file)
    if (wayTo(path.dirname(file)) !== way) throw inTheWay(file)
    return opened(fd)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function folderBetween(folder: string): OpenedFolder {
  const way = wayTo(folder)
  if (!lookAt(folder).isDirectory()) throw systemError('ENOTDIR', 'not a directory', folder)
  const verify = () => {
    if (wayTo(folder) !== way) throw inTheWay(folder)
  }
  return { path: folder, verify, [Symbol.dispose]: () => {} }
}

/** Which folders lead to a folder and which it is, and when the names in those above it last changed. */
function wayTo(folder: string): string {
  const way: string[] = []
  for (let at = folder; ; at = path.dirname(at)) {
    const stats = lookAt(at)
    way.push(at === folder ? identity(stats) : `${identity(stats)}:${stats.mtimeNs}:${stats.ctimeNs}`)
    if (path.dirname(at) === at) return way.join(' ')
  }
}

function lookAt(whole: string): BigIntStats {
  const stats = lstatSync(whole, { bigint: true })
  if (stats.isSymbolicLink()) throw inTheWay(whole)
  return stats
}

const identity = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

function again<T>(work: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return work()
    } catch (error) {
      // EINVAL: what was listed as a link is none any more.
      if (tries >= TRIES || !isSystemError(error, 'ELOOP', 'EINVAL')) throw error
    }
  }
}

const inTheWay = (whole: string): Error => systemError('ELOOP', 'a link is in the way', whole)

function systemError(code: string, problem: string, whole: string): Error {
  return Object.assign(new Error(`${code}: ${problem}, open '${whole}'`), {
    code,
    syscall: 'open',
    path: whole,
  })
}
