import { productError } from '../../../shared/errors.ts'
import type { FileEntry, FolderListing } from '../../../shared/file.ts'
import { accountNames } from '../../container/account-names.ts'
import { listFolder, MAX_ENTRIES } from '../../container/list-folder.ts'
import { mountPlaces, placeOf } from '../../container/mount-of-path.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { folderDrift } from '../../drift/folder-drift.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { driftOfContainer } from '../../environment/drift-of-container.ts'
import { findRunning, type ServiceName } from '../../environment/find-service.ts'
import { byBytes } from '../../files/byte-order.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * What a folder of a running service holds, by its absolute path: of the container's own file system, of volumes, and of
 * what else is mounted there; with what is deleted of the image.
 * Errors: `environment-not-running`, `environment-paused`, `service-unknown`, `service-missing`, `service-not-running`;
 * those of `listFolder`; `removed-meanwhile`.
 */
export async function listFiles(
  host: Host,
  project: Project,
  { path, service }: { path: string; service?: ServiceName },
  signal: AbortSignal,
): Promise<FolderListing> {
  const { engine, facts } = await readCurrentState(host, project)
  const container = await findRunning(host.home, project, facts, service)
  const { id, name } = container
  const [listed, details, { changes }, owners] = await Promise.all([
    listFolder(engine, id, path, signal),
    inspectContainer(engine, id, { signal }),
    driftOfContainer(engine, host.home.project(project.key), container),
    accountNames(engine, id, signal),
  ])
  if (!details) throw productError('removed-meanwhile', { problem: `The container ${name} is gone` })
  const mounts = mountPlaces(details)
  const marks = folderDrift(changes, listed.path)
  const marked = (entry: string): Pick<FileEntry, 'place' | 'drift' | 'driftBelow'> => {
    const { drift = null, below = 0 } = marks.get(entry) ?? {}
    const at = listed.path === '/' ? `/${entry}` : `${listed.path}/${entry}`
    return { place: placeOf(at, mounts), drift, driftBelow: below }
  }
  const present = listed.files.map(({ uid, modified, ...file }) => ({
    ...{ ...file, modifiedAt: modified * 1000, owner: owners.get(uid) ?? uid },
    ...marked(file.name),
  }))
  const names = new Set(present.map(({ name }) => name))
  const gone = [...marks].flatMap(([entry, { drift }]) =>
    drift === 'deleted' && !names.has(entry) ? [{ ...GONE, name: entry, ...marked(entry) }] : [],
  )
  return {
    service: container.service,
    path: listed.path,
    place: placeOf(listed.path, mounts),
    entries: [...present, ...gone.slice(0, MAX_ENTRIES)].sort((a, b) => byBytes(a.name, b.name)),
    more: Math.max(0, listed.count - MAX_ENTRIES) + Math.max(0, gone.length - MAX_ENTRIES),
  }
}

const GONE = { kind: 'gone', size: null, modifiedAt: null, mode: null, owner: null, target: null } as const
