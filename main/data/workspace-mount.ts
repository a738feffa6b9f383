import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import { gitRootOf, isInside, type ProjectPaths } from '../files/project-paths.ts'

/** A folder of this computer, absolute and without links, and its path in a container. */
export interface WorkspaceMount {
  source: string
  target: string
}

/** Whether a container's path is `root` or below it. */
export const isBelow = (at: string, root: string): boolean =>
  `${at}/`.startsWith(root === '/' ? '/' : `${root}/`)

/**
 * The project's own part of a mounted folder: all of it, or the working tree if the folder contains the project.
 * Undefined if nothing exists there, or if it is not a folder.
 */
export async function projectMountOf(
  project: ProjectPaths,
  mount: { source: string; target: string },
): Promise<WorkspaceMount | undefined> {
  const root = gitRootOf(project)
  const source = await realpath(mount.source).catch(() => undefined)
  if (source === undefined || !(await stat(source)).isDirectory()) return undefined
  if (isInside(source, root)) return { source, target: mount.target }
  if (!isInside(root, source)) return undefined
  const inside = path.relative(source, root).split(path.sep).join('/')
  return { source: root, target: path.posix.join(mount.target, inside) }
}

/**
 * The mount of the project's own folder in which commands start; undefined if they start in a volume, in the image, or in
 * a place that they cannot write. `run` is resolved for this computer.
 */
export async function workspaceMountOf(
  project: ProjectPaths,
  run: RunConfig,
): Promise<WorkspaceMount | undefined> {
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const [deepest] = mounts
    .filter((mount) => isBelow(run.workspaceFolder, mount.target))
    .sort((a, b) => b.target.length - a.target.length)
  if (deepest?.kind !== 'bind' || deepest.readOnly) return undefined
  const place = await projectMountOf(project, deepest)
  return place && isBelow(run.workspaceFolder, place.target) ? place : undefined
}
