import { mkdir, readdir, realpath, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { Home } from './home.ts'
import type { Project } from './open-project.ts'
import { projectKey } from './project-key.ts'

/** The project that a folder will be, whether or not it is there yet. */
export async function projectAt(folder: string, home: Home): Promise<Project> {
  const full = await resolveAll(path.resolve(folder))
  const name = path.basename(full) || 'root'
  return { path: full, name, key: await projectKey(home, full, name) }
}

/** The path without links; what of it is not there yet is taken as it is. */
async function resolveAll(folder: string): Promise<string> {
  const there = await realpath(folder).catch(() => undefined)
  if (there !== undefined) return there
  const above = path.dirname(folder)
  return above === folder ? folder : path.join(await resolveAll(above), path.basename(folder))
}

/** What is at a place: `free` is nothing or an empty folder. */
export async function inspectDestination(folder: string): Promise<'free' | 'folder' | 'file'> {
  const stats = await stat(folder).catch(() => undefined)
  if (!stats) return 'free'
  if (!stats.isDirectory()) return 'file'
  return (await readdir(folder)).length === 0 ? 'free' : 'folder'
}

/**
 * Makes a folder with those above it. Returns a function that removes those again that are still empty. Errors:
 * `destination-unwritable`.
 */
export async function makeFolder(folder: string): Promise<() => Promise<void>> {
  const first = await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw unwritable(folder, error)
  })
  return async () => {
    if (first === undefined) return
    for (let at = folder; at.length >= first.length; at = path.dirname(at)) {
      // A folder that is not empty any more belongs to somebody else.
      if (
        !(await rmdir(at).then(
          () => true,
          () => false,
        ))
      )
        return
    }
  }
}

/** A failure of the file system at the place of a clone, as a product error; any other as it is. */
export function unwritable(folder: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  const problem = ['ENOSPC', 'EDQUOT'].includes(error.code ?? '') ? 'The disk is full.' : error.message
  return productError('destination-unwritable', { path: folder, problem }, { cause: error })
}
