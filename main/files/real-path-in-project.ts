import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { gitRootOf, isInside, type ProjectPaths } from './project-paths.ts'

/**
 * Where a path (relative to the project's folder) really leads, links followed; undefined where that is outside the
 * project's git root, which a definition has no say over. Errors: those of `realpath`.
 */
export async function realPathInProject(project: ProjectPaths, path: string): Promise<string | undefined> {
  const real = await realpath(join(project.path, path))
  return isInside(real, await realpath(gitRootOf(project))) ? real : undefined
}
