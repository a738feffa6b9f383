import { randomBytes } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import { productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import type { SnapshotOrigin } from '../../../shared/snapshot.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import type { ContainerSpec } from '../../docker/containers.ts'
import { LABEL } from '../../docker/labels.ts'
import { createVolume, inspectVolume } from '../../docker/volumes.ts'
import type { Home } from '../../store/home.ts'
import { type ExistingVolume, type FilledBy, type ManagedVolume, readFilled } from '../volumes.ts'
import { type DataState, type SnapshotRecord, type Stack, writeDataRecord } from './data-record.ts'
import { type EnginePlace, overlayOptions } from './engine-place.ts'
import { fillCopies, type Making, makeMounts } from './make-mounts.ts'
import { findOverlays, type Overlays } from './overlays.ts'
import { readData } from './recover-record.ts'
import { commitData, dropData } from './settle-data.ts'
import {
  findSnapshot,
  freeName,
  isEngineStore,
  planMount,
  resolveMounts,
  restoreSnapshot,
  stackOf,
  takeSnapshot,
  volumesMade,
} from './stacks.ts'

/** What becomes of the data when an environment is replaced. `version`: the one that ran with it until now. */
export type DataChange =
  /** It is captured, and goes on as it is. */
  | { kind: 'take'; name: string; origin: SnapshotOrigin; version: VersionId | null }
  /** It is captured before another version starts, where that copies nothing. */
  | { kind: 'guard'; name: string; version: VersionId }
  /** It is replaced by a snapshot's, or by empty volumes; what it was is captured as well. */
  | { kind: 'restore'; snapshot: string | null; version: VersionId | null }

/** The volumes of containers that are about to be made, on the engine. */
export interface PreparedData {
  /** The volumes that the engine fills when it makes the container. */
  fresh: ManagedVolume[]
  /** The volumes that contain data already. */
  kept: ExistingVolume[]
  /** The request of a container, with the engine's volumes. */
  resolve(spec: ContainerSpec): ContainerSpec
  /** Makes what is new, after it was recorded that it is. Call before the container is created. */
  begin(run: Run): Promise<void>
  /** Fills what is a copy. Call when nothing writes to the data any more. */
  fill(run: Run): Promise<void>
  /** The container is the current one. */
  commit(): Promise<void>
  /** It will never be, and is gone. */
  drop(): Promise<void>
}

export interface DataContext extends EnginePlace {
  home: Home
  /** The project's, in the data folder. */
  folder: string
}

/**
 * Determines the volumes of the engine for the managed ones of containers. Volumes that do not exist are created, labelled
 * with what is about to fill them: `fillerOf` says what that is for one of `volumes`.
 * Errors: `volume-foreign`, `snapshot-unknown`, `snapshot-gone`, `data-layers-missing`, `data-not-shown`,
 * `data-copy-unsupported`.
 */
export async function prepareData(
  context: DataContext,
  volumes: ManagedVolume[],
  fillerOf: (volume: ManagedVolume) => Omit<FilledBy, 'place'>,
  change: DataChange | undefined,
  run: Run,
): Promise<PreparedData> {
  const { engine, key, folder } = context
  const targets = new Map(volumes.map(({ name, target }) => [name, target]))
  const first = new Map(volumes.toReversed().map((volume) => [volume.name, volume]))
  const names = [...targets.keys()]
  const before = names.length > 0 ? await readData(engine, key, folder) : undefined
  const found = new Map<string, Found>()
  for (const name of names) found.set(name, await lookFor(context, name, before))
  const state = before && withoutElsewhere(before, found)
  const stacks = new Map<string, Stack & { fill: boolean }>()
  const makings: Making[] = []
  let overlays: Overlays | undefined
  const guarded = volumes.filter(({ name, target, readOnly }) => {
    return !readOnly && !isEngineStore(target) && found.get(name)?.exists === true
  })
  if (change?.kind === 'guard' && guarded.length > 0)
    overlays = await findOverlays(context.home, context, run)
  const guards = change?.kind === 'guard'
  const affected = guards ? new Map(guarded.map(({ name }) => [name, { exists: true }])) : found
  const wanted = guards && overlays?.work !== true ? undefined : change
  let next = state && (await applyChange(context, state, affected, wanted))
  for (const [name, { filled, exists, missing }] of found) {
    if (!next) break
    const volume = first.get(name)
    const label = canonical({ ...(volume && fillerOf(volume)), place: targets.get(name) ?? '' })
    const stack = stackOf(next, name)
    if (!Object.hasOwn(next.stacks, name)) {
      if (!exists) await createVolume(engine, name, { [LABEL.project]: key, [LABEL.filled]: label })
      continue
    }
    if (stack.mount !== null) {
      if (missing.length > 0) throw productError('data-layers-missing', { volume: name, missing })
      await ensureMount(context, name, stack)
      stacks.set(name, { ...stack, fill: false })
      continue
    }
    if (stack.layers.length > 0) overlays ??= await findOverlays(context.home, context, run)
    const layered = overlays?.work === true && !isEngineStore(targets.get(name) ?? '')
    const planned = planMount(stack, layered, () => newName(key))
    if (!planned) {
      const why = overlays?.work === false ? overlays.why : ''
      throw productError('data-not-shown', { volume: name, why })
    }
    if (planned.make.kind === 'copy' && (await engineVersion(engine)).name === 'Podman')
      throw productError('data-copy-unsupported', { volume: name })
    const isEmpty = planned.make.kind === 'empty'
    makings.push({ volume: name, make: planned.make, filled: isEmpty ? label : filled })
    stacks.set(name, { ...planned.stack, fill: isEmpty })
    next = { ...next, stacks: { ...next.stacks, [name]: planned.stack } }
  }
  const isFresh = (name: string) => {
    const stack = stacks.get(name)
    return stack ? stack.fill : !found.get(name)?.exists
  }
  const id = randomBytes(8).toString('hex')
  const made = makings.flatMap(({ make }) => volumesMade(make))
  const pending = next && next !== before ? { id, next, made } : undefined
  const place = { engine, key, folder }
  return {
    fresh: volumes.filter(({ name }) => isFresh(name)),
    kept: volumes.flatMap((volume) =>
      isFresh(volume.name) ? [] : [{ ...volume, filled: readFilled(found.get(volume.name)?.filled) }],
    ),
    resolve: (spec) => ({
      ...spec,
      ...(pending && { Labels: { ...spec.Labels, [LABEL.data]: id } }),
      HostConfig: { ...spec.HostConfig, Mounts: resolveMounts(spec.HostConfig?.Mounts ?? [], stacks) },
    }),
    begin: async (run) => {
      if (!pending || !before) return
      await writeDataRecord(folder, { format: 1, ...before, pending })
      await makeMounts(context, makings, run)
    },
    fill: (run) => fillCopies(context, makings, run),
    commit: async () => {
      if (pending) await commitData(place, pending.next)
    },
    drop: async () => {
      if (pending && before) await dropData(place, before, made)
    },
  }
}

/** A name on the engine that no volume has. */
export const newName = (key: string): string => `pristine-${key}-${randomBytes(6).toString('hex')}`

/** What of a managed volume is on the engine. */
interface Found {
  /** Whether it has data here. */
  exists: boolean
  /** The layers that are not here, of a stack of which others are. */
  missing: string[]
  /** The label of what filled it first. */
  filled: string | undefined
}

async function lookFor({ engine, key }: EnginePlace, name: string, state?: DataState): Promise<Found> {
  const recorded = state && Object.hasOwn(state.stacks, name)
  const layers = state ? stackOf(state, name).layers : []
  const here = await Promise.all(layers.map(({ volume }) => inspectVolume(engine, volume)))
  const foreign = here.find((volume) => volume && volume.Labels?.[LABEL.project] !== key)
  if (foreign) throw productError('volume-foreign', { volume: foreign.Name })
  const missing = layers.flatMap(({ volume }, at) => (here[at] ? [] : [volume]))
  const exists = missing.length < layers.length
  const filled = here.find((volume) => volume !== undefined)?.Labels?.[LABEL.filled]
  return { exists, missing: recorded && exists ? missing : [], filled }
}

/**
 * A state without volumes of which nothing is on this engine: they begin empty. What they were stays known as a snapshot,
 * for they may be on another engine.
 */
function withoutElsewhere(state: DataState, found: Map<string, Found>): DataState {
  const gone = [...found].flatMap(([name, { exists }]) =>
    !exists && stackOf(state, name).layers.length > 0 && Object.hasOwn(state.stacks, name) ? [name] : [],
  )
  if (gone.length === 0) return state
  const kept = takeSnapshot(state, gone, record(state, 'elsewhere', 'reset', null))
  return restoreSnapshot(kept, gone)
}

const record = (
  state: DataState,
  base: string,
  origin: SnapshotOrigin,
  version: VersionId | null,
): Omit<SnapshotRecord, 'volumes'> => ({
  name: freeName(state, base),
  takenAt: new Date().toISOString(),
  origin,
  version,
})

/** Errors: `snapshot-unknown`, `snapshot-gone`. */
export async function applyChange(
  { engine }: Pick<EnginePlace, 'engine'>,
  state: DataState,
  found: ReadonlyMap<string, { exists: boolean }>,
  change: DataChange | undefined,
): Promise<DataState> {
  if (!change) return state
  const existing = [...found].flatMap(([name, { exists }]) => (exists ? [name] : []))
  if (change.kind !== 'restore') {
    const { name, version } = change
    const origin = change.kind === 'guard' ? 'version' : change.origin
    return existing.length > 0 ? takeSnapshot(state, existing, record(state, name, origin, version)) : state
  }
  const snapshot = change.snapshot === null ? undefined : findSnapshot(state, change.snapshot)
  if (snapshot) await requirePresent(engine, snapshot)
  const others = Object.keys(snapshot?.volumes ?? {}).filter((name) => Object.hasOwn(state.stacks, name))
  const replaced = [...new Set([...existing, ...others])]
  const base = `before-${snapshot ? snapshot.name : 'empty'}`.slice(0, 55)
  const kept =
    replaced.length > 0 ? takeSnapshot(state, replaced, record(state, base, 'reset', change.version)) : state
  return restoreSnapshot(kept, [...found.keys()], snapshot)
}

async function requirePresent(engine: EnginePlace['engine'], snapshot: SnapshotRecord): Promise<void> {
  const layers = [
    ...new Set(Object.values(snapshot.volumes).flatMap((all) => all.map(({ volume }) => volume))),
  ]
  const here = await Promise.all(layers.map((volume) => inspectVolume(engine, volume)))
  const volumes = layers.filter((_, at) => !here[at])
  if (volumes.length > 0) throw productError('snapshot-gone', { name: snapshot.name, volumes })
}

/** An overlay without its layers holds nothing: one that somebody removed is made again. */
async function ensureMount(place: EnginePlace, name: string, { layers, mount }: Stack): Promise<void> {
  const { engine, key } = place
  if (mount === null || layers.some(({ volume }) => volume === mount)) return
  if (await inspectVolume(engine, mount)) return
  const upper = layers.at(-1)?.volume ?? ''
  const options = await overlayOptions(engine, name, layers.slice(0, -1), upper)
  const label = canonical({ layers, at: new Date().toISOString() })
  await createVolume(
    engine,
    mount,
    { [LABEL.project]: key, [LABEL.part]: name, [LABEL.layers]: label },
    options,
  )
}
