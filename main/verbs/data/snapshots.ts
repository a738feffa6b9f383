import { productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import { type Snapshot, SnapshotName, type SnapshotOrigin } from '../../../shared/snapshot.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { applyChange, type DataChange } from '../../data/volume-layers/apply-change.ts'
import {
  deleteSnapshot,
  findSnapshot,
  freeName,
  ownVolumes,
  renameSnapshot,
  requireFreeName,
} from '../../data/volume-layers/change-snapshots.ts'
import { clonedState } from '../../data/volume-layers/clone-data.ts'
import {
  absentLayers,
  gatherData,
  gatherSettledData,
  managedVolumeNames,
  readSettledData,
} from '../../data/volume-layers/data-facts.ts'
import type { SnapshotRecord } from '../../data/volume-layers/data-record.ts'
import { commitData } from '../../data/volume-layers/settle-data.ts'
import { requireUnshared, sharedVolumes } from '../../data/volume-layers/shared-volumes.ts'
import { snapshotAndReplace } from '../../data/volume-layers/snapshot-and-replace.ts'
import { labelOf } from '../../data/volumes.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { bytesOfVolumes, diskUsage } from '../../docker/disk-usage.ts'
import { activate } from '../../environment/activate.ts'
import { type CurrentState, readCurrentState, removeLeftovers } from '../../environment/current-state.ts'
import { withGrants } from '../../environment/planned-change.ts'
import { launchOrRebuild } from '../../environment/rebuild.ts'
import { stopSet } from '../../environment/set/stop-set.ts'
import { withWriterLock } from '../../environment/with-writer-lock.ts'
import { clearIntent, readIntent, writeIntent } from '../../environment/write-ahead-intent.ts'
import { chooseVersion } from '../../history/choose-version.ts'
import { type History, idToday } from '../../history/fold-ledger.ts'
import { readHistory } from '../../history/read-history.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/** How to replace the environment that holds the data. */
export interface ReplaceOptions {
  trust?: readonly string[] | undefined
}

/**
 * Captures the project's data. An environment is replaced with a fresh one of the same version, which continues on a new
 * layer of the data; its programs stop during the swap. If the new one does not become ready, nothing is captured.
 * Errors: `snapshot-name`, `snapshot-exists`, `data-none`, those of the swap; `busy`.
 */
export function takeSnapshotOf(
  base: Host,
  project: Project,
  options: ReplaceOptions & { name?: string | undefined },
  run: Run,
): Promise<Snapshot> {
  const host = withGrants(base, options)
  const wanted = options.name === undefined ? undefined : snapshotName(options.name)
  return withWriterLock(host, project, 'snapshot', run, async (run) =>
    describe(host, project, await capture(host, project, { wanted, base: 'snapshot', origin: 'taken' }, run)),
  )
}

/**
 * Gives a fork the data of a snapshot of its project, or today's data (null), which is captured as in `takeSnapshotOf`.
 * Project and fork then share its layers, which nothing writes any more. Both are locked meanwhile, the project first, as
 * everywhere.
 * Errors: `snapshot-unknown`, `snapshot-gone`, `data-none`, those of the swap; `busy`.
 */
export function cloneDataTo(
  host: Host,
  project: Project,
  fork: Project,
  name: string | null,
  run: Run,
): Promise<void> {
  return withWriterLock(host, project, 'snapshot', run, (run) =>
    withWriterLock(host, fork, 'snapshot', run, async (run) => {
      const engine = await host.engine()
      const [from, to] = [placeOf(host, project, engine), placeOf(host, fork, engine)]
      // Read first: if the fork cannot have the data, nothing is captured for it.
      const before = await gatherSettledData(to)
      const snapshot =
        name === null
          ? await capture(host, project, { wanted: undefined, base: 'for-fork', origin: 'fork' }, run)
          : findSnapshot(await readSettledData(engine, from.key, from.folder), name)
      const facts = await gatherSettledData(from)
      const volumes = absentLayers(facts, snapshot)
      if (volumes.length > 0) throw productError('snapshot-gone', { name: snapshot.name, volumes })
      const seeds = facts.state.snapshots.filter(({ seed }) => seed !== undefined)
      const source = { key: from.key, snapshot, seeds }
      await commitData(to, clonedState(before, to.key, source, new Date().toISOString()))
    }),
  )
}

/** Captures today's data under the name `wanted`, or under a free name that begins with `base`. */
async function capture(
  host: Host,
  project: Project,
  { wanted, base, origin }: { wanted: string | undefined; base: string; origin: SnapshotOrigin },
  run: Run,
): Promise<SnapshotRecord> {
  const found = await readCurrentState(host, project)
  const place = placeOf(host, project, found.engine)
  const facts = await gatherSettledData(place)
  if (wanted !== undefined) requireFreeName(facts.state, wanted)
  const name = wanted ?? freeName(facts.state, base)
  if (managedVolumeNames(facts).length === 0) throw productError('data-none', { name: project.name })
  const change = { kind: 'take', name, origin, version: found.facts.version ?? null } as const
  await replaceData(host, project, found, change, run)
  const after = await readSettledData(place.engine, place.key, place.folder)
  if (!after.snapshots.some((snapshot) => snapshot.name === name))
    throw productError('data-none', { name: project.name })
  return findSnapshot(after, name)
}

/**
 * Restores a snapshot as the project's data. The old data is captured first, and comes back if the environment does not
 * become ready with the restored data.
 * Errors: `snapshot-unknown`, `snapshot-gone`, those of the swap; `busy`.
 */
export function restoreSnapshotOf(
  base: Host,
  project: Project,
  options: ReplaceOptions & { name: string },
  run: Run,
): Promise<{ restored: Snapshot; kept: Snapshot | null }> {
  const host = withGrants(base, options)
  return withWriterLock(host, project, 'snapshot', run, async (run) => {
    const found = await readCurrentState(host, project)
    const place = placeOf(host, project, found.engine)
    const before = await readSettledData(place.engine, place.key, place.folder)
    const restored = findSnapshot(before, options.name)
    const version = found.facts.version ?? null
    const change: DataChange = { kind: 'restore', snapshot: options.name, version }
    const kept = await snapshotAndReplace(place, () => replaceData(host, project, found, change, run))
    return {
      restored: await describe(host, project, restored),
      kept: kept ? await describe(host, project, kept) : null,
    }
  })
}

/** The snapshots of a project, newest first. Errors: `data-record-unreadable`, those of the engine. */
export async function listSnapshots(host: Host, project: Project): Promise<Snapshot[]> {
  const engine = await host.engine()
  const facts = await gatherData(placeOf(host, project, engine))
  const { state } = facts
  if (state.snapshots.length === 0) return []
  const [history, usage] = await Promise.all([readHistory(host, project), diskUsage(engine)])
  return state.snapshots
    .map((snapshot): Snapshot => {
      const layers = Object.values(snapshot.volumes).flat()
      return {
        ...plain(history, project, snapshot),
        size: bytesOfVolumes(usage, [...new Set(layers.map(({ volume }) => volume))]),
        bytes: bytesOfVolumes(usage, ownVolumes(state, snapshot)),
        present: absentLayers(facts, snapshot).length === 0,
      }
    })
    .reverse()
}

/**
 * Renames a snapshot, which then no longer expires. Errors: `snapshot-unknown`, `snapshot-exists`, `snapshot-name`;
 * `busy`.
 */
export function renameSnapshotOf(
  host: Host,
  project: Project,
  from: string,
  to: string,
  run: Run,
): Promise<Snapshot> {
  const name = snapshotName(to)
  return withWriterLock(host, project, 'snapshot', run, async () => {
    const engine = await host.engine()
    const { key, folder } = placeOf(host, project, engine)
    const state = renameSnapshot(await readSettledData(engine, key, folder), from, name)
    await commitData({ engine, key, folder }, state)
    return describe(host, project, findSnapshot(state, name))
  })
}

/** Deletes a snapshot and the data that nothing else needs. Errors: `snapshot-unknown`; `busy`. */
export function deleteSnapshotOf(host: Host, project: Project, name: string, run: Run): Promise<void> {
  return withWriterLock(host, project, 'snapshot', run, async () => {
    const engine = await host.engine()
    const { key, folder } = placeOf(host, project, engine)
    await commitData(
      { engine, key, folder },
      deleteSnapshot(await readSettledData(engine, key, folder), name),
    )
  })
}

/** Replaces the data, and the environment if there is one. A stopped environment is stopped again. */
async function replaceData(
  host: Host,
  project: Project,
  found: CurrentState,
  change: DataChange,
  run: Run,
): Promise<void> {
  const { engine, facts, history } = found
  const [container] = facts.containers
  if (!container) {
    const place = placeOf(host, project, engine)
    const data = await gatherSettledData(place)
    const terms = { wanted: managedVolumeNames(data), now: new Date().toISOString() }
    const next = applyChange(data, change, terms)
    requireUnshared(data.state, next, await sharedVolumes(place, data))
    await commitData(place, next)
    return
  }
  const record = chooseVersion(project, history, facts.version ?? container.version)
  const { launch, rebuilt } = await launchOrRebuild(host, project, found, record, run)
  await removeLeftovers(engine, project, facts)
  const current = rebuilt ? await readCurrentState(host, project) : found
  await activate(host, project, launch, current, run, { rebuilt, data: change })
  if (container.running) return
  await stopAgain(host, project, launch, run)
}

/** Stops an environment that was only started for a change; after a crash, the next command stops it. */
async function stopAgain(host: Host, project: Project, launch: Launch, run: Run): Promise<void> {
  const folder = host.home.project(project.key)
  const { engine, facts } = await readCurrentState(host, project)
  // What the swap left to the next command stays as it is.
  const left = await readIntent(folder)
  // A full disk must not prevent the stop.
  await writeIntent(folder, { kind: 'stop' }).catch(() => {})
  await stopSet(engine, facts.containers, [launch, ...launch.others], run)
  await (left ? writeIntent(folder, left) : clearIntent(folder))
}

/** Errors: `snapshot-name`. */
export function snapshotName(given: string): string {
  const { success, data } = SnapshotName.safeParse(given)
  if (success) return data
  throw productError('snapshot-name', { name: given })
}

const placeOf = (host: Host, { key }: Project, engine: Engine) => ({
  engine,
  key,
  folder: host.home.project(key),
})

/** A snapshot as people and scripts see it, without its size. */
export async function describe(host: Host, project: Project, snapshot: SnapshotRecord): Promise<Snapshot> {
  const sizes = { size: null, bytes: null }
  return { ...plain(await readHistory(host, project), project, snapshot), ...sizes, present: true }
}

function plain(
  history: History,
  project: Project,
  { name, takenAt, origin, version, volumes }: SnapshotRecord,
): Omit<Snapshot, 'size' | 'bytes' | 'present'> {
  return {
    ...{ name, takenAt, origin },
    version: version && versionOf(history, version),
    volumes: Object.keys(volumes)
      .map((volume) => labelOf(project.key, { name: volume }))
      .sort(),
  }
}

function versionOf(history: History, version: VersionId): Snapshot['version'] {
  const id = idToday(history, version)
  return { id, ordinal: history.versions.find((known) => known.id === id)?.ordinal ?? null }
}
