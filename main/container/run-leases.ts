import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { listContainers, removeContainer } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
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
export async function endLeftRuns(host: Host, project: Project): Promise<void> {
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

/** Removes the containers of runs of this home whose process died before it could do so. Errors: those of the engine. */
export async function removeDeadRuns(host: Host, engine: Engine, project: Project): Promise<void> {
  const runs = await listContainers(engine, [`${LABEL.project}=${project.key}`, `${LABEL.role}=run`])
  await Promise.all(
    runs.map(async ({ Id, Labels }) => {
      const lease = Labels[LABEL.lease] ?? ''
      if (path.dirname(lease) !== leasesOfRuns(host, project) || isHeld(lease)) return
      await removeContainer(engine, Id)
      await rm(lease, { force: true })
    }),
  )
}
