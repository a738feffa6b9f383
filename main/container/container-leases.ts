import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { listContainers, removeContainer } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import { listNetworks, removeNetwork } from '../docker/networks.ts'
import { listVolumes, removeVolume } from '../docker/volumes.ts'
import type { Host } from '../host/host.ts'
import { isHeld, takeLock } from '../store/file-lock.ts'
import { ensureFolder } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/** In milliseconds: a new lease is locked long before. */
const FRESH = 60_000

/** The roles of containers that have a lease. */
const LEASED = new Set(['run', 'look'])
const RUN = `${LABEL.role}=run`

/** The right and the duty of this process to remove a container that it makes for itself. */
export interface ContainerLease {
  /** The value of the container's label `LABEL.lease`. */
  file: string
  /** `isGone`: whether the container was removed; if not, a later command finds it by this lease. */
  release(isGone: boolean): Promise<void>
}

/** The folder of the leases of a project; `folder` is the project's in the data folder. */
const leasesIn = (folder: string): string => path.join(folder, 'runs')

/**
 * Takes the lease of a container that is about to be made, by its name. `folder`: the project's in the data folder. Errors:
 * `storage-failed`.
 */
export async function takeLease(folder: string, container: string): Promise<ContainerLease> {
  const file = path.join(leasesIn(folder), container)
  await ensureFolder(path.dirname(file))
  const failed = (problem: string, cause?: Error) =>
    productError('storage-failed', { path: file, problem, of: 'home' }, { cause })
  const lock = await takeLock(file).catch((error: Error) => {
    throw failed(error.message, error)
  })
  if (!lock) throw failed('somebody else holds its lock')
  return {
    file,
    release: async (isGone) => {
      lock.close()
      if (isGone) await rm(file, { force: true })
    },
  }
}

/**
 * Removes what runs and readers of images left behind whose process was killed before it could do so. The engine is used
 * only if there is a lease that no process holds. Errors: those of the engine.
 */
export async function removeLeftContainers(
  host: Pick<Host, 'home' | 'engine'>,
  project: Project,
): Promise<void> {
  const folder = leasesIn(host.home.project(project.key))
  const names = await readdir(folder).catch(() => [])
  const left = names.map((name) => path.join(folder, name)).filter((lease) => !isHeld(lease))
  if (left.length === 0) return
  const engine = await host.engine()
  await removeUnleased(host, engine, project)
  await removeMountPoints(engine, host.home, project)
  for (const lease of left) {
    const stats = await stat(lease).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs > FRESH && !isHeld(lease)) await rm(lease, { force: true })
  }
}

/**
 * Removes the containers of this home whose lease no process holds any more, and the networks and volumes of such runs.
 * Errors: those of the engine.
 */
export async function removeUnleased(
  host: Pick<Host, 'home'>,
  engine: Engine,
  project: Project,
): Promise<void> {
  const folder = leasesIn(host.home.project(project.key))
  const isDead = (labels: Record<string, string> | undefined) => {
    const lease = labels?.[LABEL.lease] ?? ''
    return path.dirname(lease) === folder && !isHeld(lease)
  }
  const own = [`${LABEL.project}=${project.key}`, LABEL.lease]
  const containers = await listContainers(engine, own)
  // An image may bring a label of that name to an environment.
  const dead = containers.filter(({ Labels }) => LEASED.has(Labels[LABEL.role] ?? '') && isDead(Labels))
  await Promise.all(dead.map(({ Id }) => removeContainer(engine, Id)))
  for (const { Id, Labels } of await listNetworks(engine, [RUN]))
    if (isDead(Labels)) await removeNetwork(engine, Id)
  for (const { Name, Labels } of await listVolumes(engine, [RUN]))
    if (isDead(Labels)) await removeVolume(engine, Name)
  for (const { Labels } of dead) await rm(Labels[LABEL.lease] ?? '', { force: true })
}
