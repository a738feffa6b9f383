import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import envPaths from 'env-paths'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { ProjectKey, VersionId } from '../../shared/ids.ts'

/** The data folder of Pristine: histories, recipes, caches. Never images, never data. */
export interface Home {
  root: string
  project(key: ProjectKey): string
  version(id: VersionId): string
  versions: string
  blobs: string
  /** Records of features that are not of a repository. */
  features: string
  /** Records of what was downloaded for `ADD`, and from where. */
  downloads: string
  /** The person's own layers, and the pins of their features. */
  layers: string
  /** Which folders of this computer code inside could write. */
  exposed: string
}

/** The application's data folder of this system, or `PRISTINE_HOME`. */
export function openHome(env: Record<string, string | undefined>): Home {
  const root = path.resolve(env['PRISTINE_HOME'] || envPaths('pristine', { suffix: '' }).data)
  return {
    root,
    project: (key) => path.join(root, 'projects', key),
    versions: path.join(root, 'versions'),
    version: (id) => path.join(root, 'versions', id),
    blobs: path.join(root, 'blobs'),
    features: path.join(root, 'features'),
    downloads: path.join(root, 'downloads'),
    layers: path.join(root, 'layers'),
    exposed: path.join(root, 'exposed'),
  }
}

/** The data folder in which a project's folder is. */
export const homeRootOf = (projectFolder: string): string => path.dirname(path.dirname(projectFolder))

/** Makes a folder of the home. Errors: `storage-failed`. */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const problem = await firstProblem(folder, error)
    throw productError(
      'storage-failed',
      { path: folder, problem: problem.message, of: 'home' },
      { cause: problem },
    )
  }
}

/** Creating nested folders on a read-only disk reports that the path does not exist. */
async function firstProblem(folder: string, error: unknown): Promise<Error> {
  if (!isSystemError(error, 'ENOENT')) return error as Error
  const above = path.dirname(folder)
  const isThere = await stat(above).catch(() => undefined)
  if (!isThere && above !== folder) return firstProblem(above, error)
  return mkdir(folder).then(
    () => error,
    (reason: Error) => reason,
  )
}
