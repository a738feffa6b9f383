import { chownSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isSystemError } from '../../shared/errors.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { listContainers, type MountSettings } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import { openFolderInside, statInside } from '../files/open-inside.ts'
import { gitRootOf, isInside } from '../files/project-paths.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { isBelow, projectMountOf, type WorkspaceMount } from './workspace-mount.ts'

/** The folders that were created in the person's folder for mounts. */
const Made = z.array(
  z.object({
    /** The mounted folder on this computer, absolute and without links, and the place in it. */
    root: z.string(),
    path: z.string(),
    /** Its path in a container. */
    target: z.string(),
  }),
)
type Made = z.infer<typeof Made>

const recordOf = (home: Home, project: Project): string =>
  path.join(home.project(project.key), 'mount-points.json')

/**
 * Creates the missing mount points of a container inside a folder of the project, as the owner of that folder: the engine
 * would create them as root. So it does with the folders in the git root that `made` mounts. They are recorded first, so that
 * they decide no version and can be removed.
 * Errors: `storage-failed`.
 */
export async function makeMountPoints(
  home: Home,
  project: Project,
  mounts: MountSettings[],
  made: readonly MountSettings[] = [],
): Promise<void> {
  await makeFolders(
    home,
    project,
    made.flatMap((mount) => missingSource(project, mount)),
  )
  await makeFolders(home, project, (await placesIn(project, mounts)).flatMap(missingParts))
}

async function makeFolders(home: Home, project: Project, missing: Made): Promise<void> {
  if (missing.length === 0) return
  const made = await readMade(home, project)
  const known = new Set(made.map(({ root, path: at }) => path.join(root, at)))
  const added = missing.filter(({ root, path: at }) => !known.has(path.join(root, at)))
  if (added.length > 0) await writeFileWhole(recordOf(home, project), JSON.stringify([...made, ...added]))
  for (const { root, path: at } of missing) makeFolder(root, at)
}

/** The missing folders on the path to what a mount mounts, if that is in the git root. */
function missingSource(project: Project, { Source, Target }: MountSettings): Made {
  const root = gitRootOf(project)
  if (!isInside(Source, root)) return []
  const at = path.relative(root, Source).split(path.sep).join('/')
  return missingParts({ place: { source: root, target: '/' }, at }).map((one) => ({ ...one, target: Target }))
}

/**
 * Removes the empty folders that were created for mounts which no container of the project has any more. Removing a
 * folder earlier would remove the mount from every container.
 */
export async function removeMountPoints(engine: Engine, home: Home, project: Project): Promise<void> {
  const made = await readMade(home, project)
  if (made.length === 0) return
  const containers = await listContainers(engine, [`${LABEL.project}=${project.key}`])
  const used = containers.flatMap(({ Mounts }) => (Mounts ?? []).map(({ Destination }) => Destination))
  const isUsed = ({ target }: Made[number]) => used.some((at) => isBelow(at, target))
  for (const { root, path: at } of made.filter((one) => !isUsed(one)).toReversed()) removeFolder(root, at)
  const kept = made.filter(isUsed)
  if (kept.length === 0) await rm(recordOf(home, project), { force: true })
  else if (kept.length < made.length) await writeFileWhole(recordOf(home, project), JSON.stringify(kept))
}

/** The folders that were created in the person's folder, by absolute path. */
export async function listMountPoints(home: Home, project: Project): Promise<string[]> {
  return (await readMade(home, project)).map(({ root, path: at }) => path.join(root, at))
}

/** The mounts inside a mounted folder of the project, with their places in it. */
async function placesIn(
  project: Project,
  mounts: MountSettings[],
): Promise<{ place: WorkspaceMount; at: string }[]> {
  const found: { place: WorkspaceMount; at: string }[] = []
  for (const { Type, Target, Source } of mounts) {
    const [below] = mounts
      .filter((other) => other.Target !== Target && isBelow(Target, other.Target))
      .sort((a, b) => b.Target.length - a.Target.length)
    if (below?.Type !== 'bind') continue
    // A file needs a file as its mount point.
    if (Type === 'bind' && !isFolder(Source)) continue
    const place = await projectMountOf(project, { source: below.Source, target: below.Target })
    if (place && isBelow(Target, place.target))
      found.push({ place, at: path.posix.relative(place.target, Target) })
  }
  return found
}

function isFolder(at: string): boolean {
  try {
    return lstatSync(at).isDirectory()
  } catch {
    return false
  }
}

/**
 * The missing folders on the path to a place in a folder; none if a link or a file is in the way, which the engine will
 * report.
 */
function missingParts({ place, at }: { place: WorkspaceMount; at: string }): Made {
  const parts = at.split('/')
  for (let count = 1; count <= parts.length; count++) {
    const entry = statInside(place.source, parts.slice(0, count).join('/'))
    if (entry?.kind === 'folder') continue
    if (entry) return []
    return parts.slice(count - 1).map((_, index) => {
      const missing = parts.slice(0, count + index).join('/')
      return { root: place.source, path: missing, target: path.posix.join(place.target, missing) }
    })
  }
  return []
}

function makeFolder(root: string, at: string): void {
  try {
    using above = openFolderInside(root, path.dirname(at))
    const whole = path.join(above.path, path.basename(at))
    mkdirSync(whole)
    above.verify()
    const { uid, gid } = lstatSync(root)
    if (process.getuid?.() === 0) chownSync(whole, uid, gid)
  } catch (error) {
    // If the folder cannot be created here, the engine may create it, or report why not.
    if (!isSystemError(error)) throw error
  }
}

function removeFolder(root: string, at: string): void {
  try {
    using above = openFolderInside(root, path.dirname(at))
    rmdirSync(path.join(above.path, path.basename(at)))
  } catch (error) {
    // A folder that is not empty belongs to the person; it may also be gone.
    if (!isSystemError(error)) throw error
  }
}

async function readMade(home: Home, project: Project): Promise<Made> {
  try {
    return Made.parse(JSON.parse(await readFile(recordOf(home, project), 'utf8')))
  } catch {
    return []
  }
}
