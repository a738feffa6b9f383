import path from 'node:path'
import { productError } from '../../../shared/errors.ts'
import type { FoundFiles } from '../../../shared/file.ts'
import { findNames, MAX_FOUND } from '../../container/find-names.ts'
import { mountPlaces, placeOf } from '../../container/mount-of-path.ts'
import { isBelow } from '../../data/workspace-mount.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { pathDrift } from '../../drift/folder-drift.ts'
import { DELETED } from '../../drift/paths.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { driftOfContainer } from '../../environment/drift-of-container.ts'
import { findRunning, type ServiceName } from '../../environment/find-service.ts'
import { byBytes } from '../../files/byte-order.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * What has a text in its name, anywhere below a folder of a running service: in the container's own file system, in volumes, and
 * in what else is mounted there; with what is deleted of the image.
 * Errors: `environment-not-running`, `environment-paused`, `service-unknown`, `service-missing`, `service-not-running`;
 * those of `findNames`; `removed-meanwhile`.
 */
export async function searchFiles(
  host: Host,
  project: Project,
  { service, ...wanted }: { path: string; name: string; service?: ServiceName },
  signal: AbortSignal,
): Promise<FoundFiles> {
  const { engine, facts } = await readCurrentState(host, project)
  const container = await findRunning(host.home, project, facts, service)
  const { id, name } = container
  const [names, details, { changes }] = await Promise.all([
    findNames(engine, id, wanted, signal),
    inspectContainer(engine, id, { signal }),
    driftOfContainer(engine, host.home.project(project.key), container),
  ])
  if (!details) throw productError('removed-meanwhile', { problem: `The container ${name} is gone` })
  const mounts = mountPlaces(details)
  const present = names.found.map((one) => {
    const place = placeOf(one.path, mounts)
    return { ...one, place, drift: place === 'container' ? pathDrift(changes, one.path) : null }
  })
  const text = wanted.name.toLowerCase()
  const gone = changes
    .filter(({ path: at, kind }) => kind === DELETED && isBelow(at, names.path))
    .filter(({ path: at }) => path.posix.basename(at).toLowerCase().includes(text))
    .map(({ path }) => ({ path, kind: 'gone', place: 'container', drift: 'deleted' }) as const)
  const found = [...present, ...gone].sort((a, b) => byBytes(a.path, b.path))
  return {
    ...{ service: container.service, path: names.path, found: found.slice(0, MAX_FOUND) },
    ended: found.length > MAX_FOUND ? 'many' : names.ended,
  }
}
