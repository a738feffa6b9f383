import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import {
  type Opened,
  type OpenedFolder,
  openFolderInside,
  openInside,
  openOwn,
  statInside,
} from './open-inside.ts'
import { isInside } from './project-paths.ts'

/** A path that a person gave, and where it leads. */
export interface GivenPath {
  /** Absolute; no link leads to it, or it is below `root`. */
  file: string
  /** A folder in which code inside can write: below it no link is followed. */
  root?: string
}

/** As many links are followed as by Linux, path_resolution(7). */
const MOST_LINKS = 40

/**
 * Follows the links in an absolute path that a person gave, which are the person's, up to a folder in which code inside can
 * write (`exposed`, absolute and without links): those there are not followed. ELOOP: links lead nowhere.
 */
export function personPath(given: string, exposed: readonly string[]): GivenPath {
  let at = path.parse(given).root
  const rest = namesIn(given)
  for (let links = 0; ; ) {
    // A single file that is mounted is no folder, and its own folder is the person's.
    const root = exposed.find(
      (folder) => isInside(at, folder) && (at !== folder || rest.length > 0 || isOwnFolder(at)),
    )
    if (root !== undefined) return { file: path.join(at, ...rest), root }
    const name = rest.shift()
    if (name === undefined) return { file: at }
    const next = path.join(at, name)
    const target = linkAt(next)
    if (target === undefined) at = asWritten(next)
    else if (++links > MOST_LINKS) throw linkError('too many links', given)
    else {
      const led = path.resolve(at, target)
      at = path.parse(led).root
      rest.unshift(...namesIn(led))
    }
  }
}

const isOwnFolder = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Whether there is a folder. ELOOP: a link that is not followed. */
export function isFolder({ file, root }: GivenPath): boolean {
  if (root === undefined) return isOwnFolder(file)
  const kind = statInside(root, path.relative(root, file))?.kind
  if (kind === 'link') throw linkError('a link is in the way', file)
  return kind === 'folder'
}

/** Opens a file to read it. Errors: as `openInside`. */
export const openPersonFile = ({ file, root }: GivenPath): Opened =>
  root === undefined ? openOwn(file) : openInside(root, path.relative(root, file))

/** Opens the folder that a file is in, or is to be. Errors: as `openFolderInside`. */
export function openFolderOf({ file, root }: GivenPath): OpenedFolder {
  const above = path.dirname(file)
  if (root !== undefined) return openFolderInside(root, path.relative(root, above))
  return { path: above, verify: () => {}, [Symbol.dispose]: () => {} }
}

/** The link below the root because of which a path was not used (ELOOP), in a sentence; undefined for other failures. */
export function linkInTheWay({ file, root }: GivenPath, error: unknown): string | undefined {
  if (root === undefined || !isSystemError(error, 'ELOOP')) return undefined
  let at = root
  for (const name of namesIn(path.relative(root, file))) {
    at = path.join(at, name)
    if (linkAt(at) !== undefined) break
  }
  return `${at} is a link, and none is followed in ${root}, where code of an environment can write.`
}

const namesIn = (whole: string): string[] =>
  whole.slice(path.parse(whole).root.length).split(path.sep).filter(Boolean)

function linkAt(at: string): string | undefined {
  try {
    return lstatSync(at).isSymbolicLink() ? readlinkSync(at) : undefined
  } catch {
    // Whoever opens it finds out why.
    return undefined
  }
}

/** A file system may take other letters for the same name. */
function asWritten(at: string): string {
  try {
    return realpathSync.native(at)
  } catch {
    return at
  }
}

const linkError = (problem: string, at: string): Error =>
  Object.assign(new Error(`ELOOP: ${problem}, open '${at}'`), { code: 'ELOOP', syscall: 'open' })
