import { realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { addressMeant } from '../../shared/source.ts'
import type { Home } from './home.ts'
import { parseSource } from './parse-source.ts'
import { projectKey } from './project-key.ts'

/** A folder that Pristine manages. */
export interface Project {
  /** The folder, absolute, without links. */
  path: string
  name: string
  key: ProjectKey
  /** The working tree that holds the folder, when that is another folder. */
  gitRoot?: string
}

/**
 * Opens a folder as a project; only looks. Without a data folder it is as if it had never been opened.
 * Errors: `project-missing`, `project-key-taken`, `usage` and `clone-refused` for an address.
 */
export async function openProject(folder: string, home?: Home): Promise<Project> {
  const source = parseSource(folder)
  if (source.kind === 'clone') {
    const hint = 'Clone it with "pristine up ADDRESS", or give the folder that it was cloned into.'
    throw productError('usage', { problem: `${source.url} is an address, not a folder.`, hint })
  }
  const resolved = await realpath(folder).catch(() => undefined)
  if (!resolved || !(await stat(resolved)).isDirectory()) throw projectMissing(folder)
  const name = path.basename(resolved) || 'root'
  const gitRoot = await findGitRoot(resolved)
  return {
    path: resolved,
    name,
    key: await projectKey(home, resolved, name),
    ...(gitRoot !== undefined && gitRoot !== resolved && { gitRoot }),
  }
}

/** The error of a folder, as a person gave it, that is not there. */
export function projectMissing(folder: string): Error {
  const meant = addressMeant(folder)
  return productError('project-missing', { path: folder, ...(meant !== undefined && { meant }) })
}

/**
 * The root of the working tree that holds a folder. A person's home and what is above it is none: its files are not one
 * repository's, and a definition may mount what is under the root.
 */
async function findGitRoot(folder: string): Promise<string | undefined> {
  return workingTreeAround(folder, await realpath(homedir()).catch(homedir))
}

/** The root of the working tree that holds a folder, also where that is no project's git root; searched for below `end` only. */
export async function workingTreeAround(folder: string, end?: string): Promise<string | undefined> {
  for (let at = folder; at !== end && path.dirname(at) !== at; at = path.dirname(at)) {
    if (await isWorkingTree(at)) return at
  }
  return undefined
}

/**
 * A working tree has a `.git` folder with a HEAD, or, as a worktree or submodule, a file that points to it. What may not be
 * looked into is one: its files would otherwise be those of a repository around it, or of none.
 */
async function isWorkingTree(folder: string): Promise<boolean> {
  const git = path.join(folder, '.git')
  const stats = await stat(git).catch(() => undefined)
  if (!stats) return false
  if (stats.isFile()) return true
  return stat(path.join(git, 'HEAD')).then(
    () => true,
    (error: unknown) => isSystemError(error, 'EACCES'),
  )
}
