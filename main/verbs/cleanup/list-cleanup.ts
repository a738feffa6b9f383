import type { CleanupProject } from '../../../shared/cleanup.ts'
import { isProductError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { listEnvironments } from '../../container/read-environment.ts'
import { NO_RECORD } from '../../data/volume-layers/layered-volumes.ts'
import { recordOf } from '../../data/volume-layers/switch-data-record.ts'
import { bytesOfVolumes, diskUsage } from '../../docker/disk-usage.ts'
import { engineId } from '../../docker/engine-id.ts'
import { LABEL } from '../../docker/labels.ts'
import { freedBytes } from '../../docker/reclaimable-bytes.ts'
import { listVolumes } from '../../docker/volumes.ts'
import { type History, idToday, type VersionRecord } from '../../history/fold-ledger.ts'
import { listVersionImages } from '../../history/project-images.ts'
import { readHistory } from '../../history/read-history.ts'
import { removalBlocker } from '../../history/removal-blocker.ts'
import type { Host } from '../../host/host.ts'
import { openProject } from '../../store/open-project.ts'
import { recordedProjects } from '../../store/project-records.ts'
import { chooseOld, keepOf } from './clean.ts'
import { keptData, unreadableData } from './removable-volumes.ts'

/**
 * What Pristine made and keeps on the engine, for every project on the list that has anything there. Asks the engine once
 * for all projects. Errors: those of the engine.
 */
export async function listCleanup(host: Host): Promise<CleanupProject[]> {
  const engine = await host.engine()
  const [recorded, environments, listed, usage, volumes, id] = await Promise.all([
    recordedProjects(host),
    listEnvironments(engine),
    listVersionImages(engine),
    diskUsage(engine),
    listVolumes(engine, [LABEL.project]),
    engineId(engine),
  ])
  const freed = freedBytes(engine, usage, listed.every)
  const owned = Map.groupBy(volumes, ({ Labels }) => Labels?.[LABEL.project] ?? '')
  const projects = recorded.map(async ({ key, path: folder }): Promise<CleanupProject | undefined> => {
    const images = listed.of(key)
    const found = await recordOf(host.home.project(key), id, volumes).catch(unreadableData)
    const own = keptData(found?.record ?? NO_RECORD, owned.get(key) ?? [])
    const history = await readHistory(host, { key }).catch(unreadable)
    const used = (environments.get(key) ?? []).map(({ version }) => idToday(history, version))
    const present = (version: VersionRecord) => images.owned(version).length > 0
    if (!history.versions.some(present) && own.length === 0) return undefined
    const old = await oldOf(host, folder, history, present, used)
    return {
      key,
      name: folder.split(/[\\/]/).at(-1) || 'root',
      path: folder,
      versions: await Promise.all(
        history.versions
          .filter(present)
          .map(async (version) => ({
            id: version.id,
            ordinal: version.ordinal,
            createdAt: version.createdAt,
            bytes: await freed(images.alone(version)),
            locked: removalBlocker(history, used, version.id),
            old: old.has(version.id),
          }))
          .reverse(),
      ),
      volumes: own.map(({ name, parts, layers }) => {
        const used = parts.map((part) => usage?.volumes.get(part))
        return {
          name,
          bytes: bytesOfVolumes(usage, layers),
          inUse: used.some((one) => (one?.containers ?? 0) > 0),
        }
      }),
    }
  })
  return (await Promise.all(projects)).filter((project) => project !== undefined)
}

/** The versions that `clean` would remove; none if the project's folder is gone. */
async function oldOf(
  host: Host,
  folder: string,
  history: History,
  present: (version: VersionRecord) => boolean,
  used: VersionId[],
): Promise<Set<VersionId>> {
  if (history.versions.length === 0) return new Set()
  const project = await openProject(folder, host.home).catch(() => undefined)
  if (!project) return new Set()
  const keep = await keepOf(host, project, undefined)
  return new Set(chooseOld(history, present, keep, used).map(({ id }) => id))
}

/** A damaged history must not prevent a person from freeing space elsewhere. */
function unreadable(error: unknown): History {
  if (isProductError(error, 'ledger-unreadable')) return { versions: [], containers: [] }
  throw error
}
