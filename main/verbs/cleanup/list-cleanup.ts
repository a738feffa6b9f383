import type { CleanupChoice, CleanupProject } from '../../../shared/cleanup.ts'
import { isProductError, productError } from '../../../shared/errors.ts'
import { shortId, type VersionId } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import { listEnvironments } from '../../container/read-environment.ts'
import { gatherSettledData } from '../../data/stacks/data-facts.ts'
import { type DataState, readDataRecord } from '../../data/stacks/data-record.ts'
import { recordOf } from '../../data/stacks/enter-engine.ts'
import { requireOwnData } from '../../data/stacks/remove-data.ts'
import { commitData } from '../../data/stacks/settle-data.ts'
import { neededElsewhere } from '../../data/stacks/shared-layers.ts'
import { layersOf, NO_RECORD, partsOf, volumesOf, withoutVolume } from '../../data/stacks/stacks.ts'
import { bytesOfVolumes, diskUsage } from '../../docker/disk-usage.ts'
import { engineId } from '../../docker/engine-signature.ts'
import { freedBytes } from '../../docker/freed-bytes.ts'
import { LABEL } from '../../docker/labels.ts'
import { listVolumes, removeVolume, usersOfVolume, type VolumeDetails } from '../../docker/volumes.ts'
import { asWriter } from '../../environment/as-writer.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { type History, idToday, type VersionRecord } from '../../history/fold-ledger.ts'
import { listVersionImages, removeImages } from '../../history/project-images.ts'
import { readHistory } from '../../history/read-history.ts'
import { recoverLedger } from '../../history/recover-ledger.ts'
import { removalLock } from '../../history/removal-lock.ts'
import type { Host } from '../../host/host.ts'
import { openProject, type Project } from '../../store/open-project.ts'
import { recordedProjects } from '../../store/project-records.ts'
import { chooseOld, keepOf } from './clean.ts'

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
    const own = dataOf(found?.record ?? NO_RECORD, owned.get(key) ?? [])
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
            locked: removalLock(history, used, version.id),
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

/** A managed volume, and the engine volumes that hold its data and the data of its snapshots. */
interface Data {
  name: string
  parts: string[]
  /** The volumes that exist on the engine and hold files. */
  layers: string[]
}

/** A project's managed volumes that have something on the engine. `volumes` are all engine volumes of the project. */
function dataOf(state: DataState, volumes: VolumeDetails[]): Data[] {
  const there = new Set(volumes.map(({ Name }) => Name))
  const recorded = volumesOf(state)
  const single = volumes.filter(
    ({ Name, Labels }) => Labels?.[LABEL.part] === undefined && !recorded.has(Name),
  )
  const names = [
    ...Object.keys(state.stacks),
    ...state.snapshots.flatMap((snapshot) => Object.keys(snapshot.volumes)),
    ...single.map(({ Name }) => Name),
  ]
  return [...new Set(names)]
    .map((name) => ({
      name,
      parts: partsOf(state, name),
      layers: layersOf(state, name).filter((layer) => there.has(layer)),
    }))
    .filter(({ parts }) => parts.some((part) => there.has(part)))
}

/** Then only a volume without the label of a part can be removed. */
function unreadableData(error: unknown): undefined {
  if (!isProductError(error, 'data-record-unreadable')) throw error
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

const REASON = {
  current: 'the current one',
  'known-good': 'known-good',
  'known-good-unmarked': 'known-good when the mark is taken off',
  'in-use': 'used by a container',
}

/**
 * Removes what a person chose: images of versions, and volumes with their data. Removes nothing if one of the versions is
 * needed, or if one of the volumes is used by a container or does not belong to the project.
 * Errors: `version-unknown`, `version-in-use`, `volume-foreign`, `volume-in-use`, `busy`, those of the engine.
 */
export function removeChosen(
  host: Host,
  project: Project,
  choice: Pick<CleanupChoice, 'versions' | 'volumes'>,
  run: Run,
): Promise<void> {
  return asWriter(host, project, 'clean', run, async (run) => {
    await recoverLedger(host, project)
    const { engine, facts, history } = await readCurrentState(host, project)
    const running = [...facts.containers, ...facts.leftovers].map(({ version }) => version)
    const versions = choice.versions.map((id) => {
      const record = history.versions.find((known) => known.id === id)
      const known = history.versions.map(({ ordinal }) => `v${ordinal}`).join(', ')
      if (!record) throw productError('version-unknown', { wanted: shortId(id), known })
      const locked = removalLock(history, running, id)
      if (locked) throw productError('version-in-use', { ordinal: record.ordinal, reason: REASON[locked] })
      return record
    })
    const volumes = await listVolumes(engine, [`${LABEL.project}=${project.key}`])
    const folder = host.home.project(project.key)
    const place = { engine, key: project.key, folder }
    // The record may belong to another engine, or what it refers to may have changed.
    if (choice.volumes.length > 0) {
      await gatherSettledData(place).catch(unreadableData)
      await requireOwnData(place)
    }
    const data = dataOf((await readDataRecord(folder).catch(unreadableData)) ?? NO_RECORD, volumes)
    const doomed = choice.volumes.map((volume) => {
      const found = data.find(({ name }) => name === volume)
      if (!found) throw productError('volume-foreign', { volume })
      return found
    })
    const elsewhere = await neededElsewhere(place)
    for (const { name, parts } of doomed)
      for (const part of parts)
        if (!elsewhere.has(part) && (await usersOfVolume(engine, part)).length > 0)
          throw productError('volume-in-use', { volume: name })
    const images = (await listVersionImages(engine)).of(project.key)
    for (const version of versions) {
      const subject = `v${version.ordinal}`
      const step = {
        kind: 'step',
        id: version.id,
        name: `Remove ${subject}`,
        phase: 'clean',
        subject,
      } as const
      run.report({ ...step, state: 'running' })
      await removeImages(engine, project.key, images, version)
      run.report({ ...step, state: 'done' })
    }
    for (const { name, parts } of doomed) {
      const step = {
        kind: 'step',
        id: name,
        name: `Remove the volume ${name}`,
        phase: 'clean',
        subject: name,
      } as const
      run.report({ ...step, state: 'running' })
      const record = await readDataRecord(folder).catch(unreadableData)
      const isShared = parts.some((part) => elsewhere.has(part))
      if (record) await commitData(place, withoutVolume(record, name, isShared))
      for (const part of parts) if (!elsewhere.has(part)) await removeVolume(engine, part)
      run.report({ ...step, state: 'done' })
    }
  })
}
