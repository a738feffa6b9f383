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
import { type FileLock, isHeld, takeLock } from '../store/file-lock.ts'
import { ensureFolder } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/** In milliseconds: a new lease is locked long before. */
const FRESH = 60_000

/** The folder of the leases of a project's runs: who holds one will remove the container that has its name. */
export const leasesOfRuns = ({ home }: Pick<Host, 'home'>, { key }: Project): string =>
  path.join(home.project(key), 'runs')

/** Takes the lease of a run. Errors: `storage-failed`. */
export async function takeLease(file: string): Promise<FileLock> {
  await ensureFolder(path.dirname(file))
  const failed = (problem: string, cause?: Error) =>
    productError('storage-failed', { path: file, problem, of: 'home' }, { cause })
  const lock = await takeLock(file).catch((error: Error) => {
    throw failed(error.message, error)
  })
  if (lock) return lock
  throw failed('somebody else holds its lock')
}

/**
 * Removes what runs left behind whose process was killed before it could do so. The engine is used only if there is a
 * lease that no process holds. Errors: those of the engine.
 */
export async function endLeftRuns(host: Pick<Host, 'home' | 'engine'>, project: Project): Promise<void> {
  const folder = leasesOfRuns(host, project)
  const names = await readdir(folder).catch(() => [])
  const left = names.map((name) => path.join(folder, name)).filter((lease) => !isHeld(lease))
  if (left.length === 0) return
  const engine = await host.engine()
  await removeDeadRuns(host, engine, project)
  await removeMountPoints(engine, host.home, project)
  for (const lease of left) {
    const stats = await stat(lease).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs > FRESH && !isHeld(lease)) await rm(lease, { force: true })
  }
}

/**
 * Removes the containers, networks and volumes of runs of this home whose process died before it could do so. Errors: those of
 * the engine.
 */
export async function removeDeadRuns(
  host: Pick<Host, 'home'>,
  engine: Engine,
  project: Project,
): Promise<void> {
  const role = `${LABEL.role}=run`
  const isDead = (labels: Record<string, string> | undefined) => {
    const lease = labels?.[LABEL.lease] ?? ''
    return path.dirname(lease) === leasesOfRuns(host, project) && !isHeld(lease)
  }
  const containers = await listContainers(engine, [`${LABEL.project}=${project.key}`, role])
  const dead = containers.filter(({ Labels }) => isDead(Labels))
  await Promise.all(dead.map(({ Id }) => removeContainer(engine, Id)))
  for (const { Id, Labels } of await listNetworks(engine, [role]))
    if (isDead(Labels)) await removeNetwork(engine, Id)
  for (const { Name, Labels } of await listVolumes(engine, [role]))
    if (isDead(Labels)) await removeVolume(engine, Name)
  for (const { Labels } of dead) await rm(Labels[LABEL.lease] ?? '', { force: true })
}
