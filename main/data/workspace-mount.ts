import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import { gitRootOf, isInside, type ProjectPaths } from '../files/project-paths.ts'

/** A folder of this computer, absolute and without links, and where a container sees it. */
export interface WorkspaceMount {
  source: string
  target: string
}

/** Whether a container's path is `root` or lies under it. */
export const isBelow = (at: string, root: string): boolean =>
  `${at}/`.startsWith(root === '/' ? '/' : `${root}/`)

/**
 * The project's own part of a mounted folder: all of it, or, of a folder around the project, the working tree.
 * Undefined where nothing is, or no folder.
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
 * Where the project's own folder is mounted in which commands begin to work; undefined where they begin in a volume, in
 * the image, or in what they cannot write. `run` is resolved for this computer.
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
