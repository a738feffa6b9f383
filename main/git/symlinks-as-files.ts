import { fstatSync, lstatSync } from 'node:fs'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { openInside } from '../files/open-inside.ts'
import { gitRootOf, type ProjectPaths, pathInGitRoot } from '../files/project-paths.ts'
import { readPrefix } from '../files/read-prefix.ts'
import { objectIds } from './object-ids.ts'
import { openWorkingTree, type WorkingTree } from './working-tree.ts'

/** In bytes, of the text that a link is where the file system has none. */
const LONGEST_LINK = 4096
/** As in the kernel: a path that goes through more links than this is a loop. */
const MOST_LINKS = 40

/**
 * Where a tracked link leads, as it is written, that the file system keeps as a file with that text (`core.symlinks` of
 * git-config(1)); undefined for everything else. `file` counts from the working tree's root, an absolute path.
 */
export function linkInFile(root: string, tree: WorkingTree, file: string): string | undefined {
  if (!tree.isLink(file)) return undefined
  const text = shortText(root, file)
  return text && objectIds(text)[tree.hash] === tree.find(file)?.object ? text.toString('utf8') : undefined
}

/**
 * A path (from the project's folder, with forward slashes) with the links followed that the file system keeps as files; the
 * same path where there are none. What it then leads to may be missing, or lie outside the working tree. The index is read
 * only where a file may be such a link by its length and text.
 */
export async function throughLinksInFiles(project: ProjectPaths, given: string): Promise<string> {
  const root = gitRootOf(project)
  const folder = pathInGitRoot(project)
  let at = path.posix.join(folder, given)
  let tree: Awaited<ReturnType<typeof openWorkingTree>> | undefined
  for (let links = 0; links < MOST_LINKS; links++) {
    const file = fileOn(root, at)
    if (file === undefined || !mayBeLink(root, file)) break
    tree ??= await openWorkingTree(root, {})
    const target = typeof tree === 'string' ? undefined : linkInFile(root, tree, file)
    if (target === undefined || target.startsWith('/')) break
    at = path.posix.join(path.posix.dirname(file), target, at.slice(file.length))
  }
  return at === path.posix.join(folder, given) ? given : path.posix.relative(folder, at)
}

/** The first on the way of a path that is a file; undefined where there is none. */
function fileOn(root: string, at: string): string | undefined {
  if (at.startsWith('../')) return undefined
  for (let end = at.length; end > 0; end = at.lastIndexOf('/', end - 1)) {
    const stats = lookAt(path.join(root, at.slice(0, end)))
    if (stats) return stats.isFile() ? at.slice(0, end) : undefined
  }
  return undefined
}

function lookAt(file: string) {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

/** Whether a file can be a link's text: hardly any other one is a single line without an end. */
function mayBeLink(root: string, file: string): boolean {
  const text = shortText(root, file)
  return text !== undefined && text.length > 0 && !text.includes('\n') && !text.includes(0)
}

function shortText(root: string, file: string): Buffer | undefined {
  try {
    using opened = openInside(root, file)
    const stats = fstatSync(opened.fd)
    return stats.isFile() && stats.size <= LONGEST_LINK ? readPrefix(opened.fd, stats.size) : undefined
  } catch (error) {
    // A link, or nothing: the caller examines it as such.
    if (isSystemError(error)) return undefined
    throw error
  }
}
