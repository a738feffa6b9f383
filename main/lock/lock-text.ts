import { randomBytes } from 'node:crypto'
import { fstatSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import { openFolderInside, openInside } from '../files/open-inside.ts'
import type { ProjectPaths } from '../files/project-paths.ts'
import { readPrefix } from '../files/read-prefix.ts'
import { realPathInProject } from '../files/real-path-in-project.ts'
import { throughLinksInFiles } from '../git/symlinks-as-files.ts'

/** Room for the pins of the largest definition that is read. */
const MAX_BYTES = 1 << 24

/**
 * The text of a lock in a project; undefined if there is none. `name` is relative to the project's folder. Its folder may
 * be reached through links that stay in the project. Error: `lock-invalid`.
 */
export async function readLockText(project: ProjectPaths, name: string): Promise<string | undefined> {
  try {
    return readRegular(await lockFolder(project, name), path.basename(name))
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined
    const problem = error instanceof Error ? error.message : String(error)
    throw productError('lock-invalid', { file: name, problem }, { cause: error })
  }
}

/**
 * Writes a lock in a project atomically, and only if its text changes; never outside the project, even if links are
 * created there meanwhile. Error: storage-failed.
 */
export async function writeLockText(project: ProjectPaths, name: string, text: string): Promise<void> {
  try {
    const real = await lockFolder(project, name)
    if (textNow(real, path.basename(name)) === text) return
    using folder = openFolderInside(real, '.')
    const beside = path.join(folder.path, `${path.basename(name)}.${randomBytes(4).toString('hex')}.tmp`)
    try {
      await writeFile(beside, text, { flag: 'wx' })
      folder.verify()
      await rename(beside, path.join(folder.path, path.basename(name)))
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined)
      throw error
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw productError(
      'storage-failed',
      { path: path.join(project.path, name), problem, of: 'lock' },
      { cause: error },
    )
  }
}

/** The folder of a lock, absolute and without links. */
async function lockFolder(project: ProjectPaths, name: string): Promise<string> {
  const folder = await realPathInProject(
    project,
    await throughLinksInFiles(project, path.posix.dirname(name)),
  )
  if (folder === undefined) throw new Error("its folder is a link that leaves the project's folder.")
  return folder
}

/** A repository is a stranger: what stands in the lock's place may be a link to anywhere, or a pipe that never ends. */
function readRegular(folder: string, name: string): string {
  using file = openInside(folder, name)
  const stats = fstatSync(file.fd)
  if (!stats.isFile()) throw new Error('it is no regular file.')
  if (stats.size > MAX_BYTES) throw new Error('it is larger than 16 MiB.')
  return readPrefix(file.fd, stats.size).toString('utf8')
}

/** What is no lock is replaced. */
function textNow(folder: string, name: string): string | undefined {
  try {
    return readRegular(folder, name)
  } catch {
    return undefined
  }
}
