import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { gitRootOf, isInside, type ProjectPaths } from './project-paths.ts'

/**
 * The real path of a path (relative to the project's folder), links resolved; undefined if it is outside the project's
 * git root, which a definition must not access. Errors: those of `realpath`.
 */
export async function realPathInProject(project: ProjectPaths, path: string): Promise<string | undefined> {
  const real = await realpath(join(project.path, path))
  return isInside(real, await realpath(gitRootOf(project))) ? real : undefined
}
