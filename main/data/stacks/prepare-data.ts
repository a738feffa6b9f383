import { randomBytes } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import type { ContainerSpec } from '../../docker/containers.ts'
import { LABEL } from '../../docker/labels.ts'
import { createVolume, inspectVolume } from '../../docker/volumes.ts'
import type { Home } from '../../store/home.ts'
import { type ExistingVolume, type FilledBy, type ManagedVolume, readFilled } from '../volumes.ts'
import { applyChange, type DataChange, record } from './apply-change.ts'
import { type DataState, type Stack, writeDataRecord } from './data-record.ts'
import { type EnginePlace, newName, overlayOptions } from './engine-place.ts'
import { fillCopies, type Making, makeMounts } from './make-mounts.ts'
import { findOverlays, type Overlays } from './overlays.ts'
import { planSeed } from './plan-seed.ts'
import { readData } from './recover-record.ts'
import { isNewData, type Seed, seedKey } from './seed.ts'
import { commitData, dropData } from './settle-data.ts'
import {
  isEngineStore,
  planMount,
  resolveMounts,
  restoreSnapshot,
  stackOf,
  takeSnapshot,
  volumesMade,
} from './stacks.ts'

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
  /** Where a seed has to fill the data first: for what containers that does it. */
  seeding: Seeding | undefined
  /** Whether what the data was until now is captured. */
  captures: boolean
  /** Fills what is a copy. Call when nothing writes to the data any more. */
  fill(run: Run): Promise<void>
  /** The container is the current one. */
  commit(): Promise<void>
  /** It will never be, and is gone. */
  drop(): Promise<void>
}

/** New data that a seed fills before it is captured. */
export interface Seeding {
  /** The volumes, which the engine fills when it makes the containers. */
  fresh: ManagedVolume[]
  /** The request of a container that takes part in it. */
  resolve(spec: ContainerSpec): ContainerSpec
  /** Captures the data. Call when nothing writes to it any more. */
  end(run: Run): Promise<void>
}

export interface DataContext extends EnginePlace {
  home: Home
  /** The project's, in the data folder. */
  folder: string
}

/**
 * Determines the volumes of the engine for the managed ones of containers. Volumes that do not exist are created, labelled
 * with what is about to fill them: `fillerOf` says what that is for one of `volumes`. `seed`: what fills data that is new,
 * unless it has been captured.
 * Errors: `volume-foreign`, `snapshot-unknown`, `snapshot-gone`, `data-layers-missing`, `data-not-shown`,
 * `data-copy-unsupported`.
 */
export async function prepareData(
  context: DataContext,
  volumes: ManagedVolume[],
  fillerOf: (volume: ManagedVolume) => Omit<FilledBy, 'place'>,
  { change, seed }: { change?: DataChange | undefined; seed?: Seed | undefined },
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
  const stacks = new Map<string, Mounted>()
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
  let next = state && (await applyChange(context, state, affected, wanted, seed ? 'seed' : 'empty'))
  const labelFor = (name: string): string => {
    const volume = first.get(name)
    return canonical({ ...(volume && fillerOf(volume)), place: targets.get(name) ?? '' })
  }
  const contents = seed && seedKey(seed, key, volumes, (volume) => fillerOf(volume).layers)
  const seeded =
    next && contents && isNewData(next, found)
      ? await planSeed(context, next, { version: seed.version, key: contents }, names)
      : undefined
  next = seeded?.next ?? next
  const filling = seeded?.volumes
  const seeds = [...(filling ?? [])].map(
    ([volume, made]): Making => ({ volume, make: { kind: 'empty', volume: made }, filled: labelFor(volume) }),
  )
  for (const [name, { filled, exists, missing }] of found) {
    if (!next) break
    const label = labelFor(name)
    const stack = stackOf(next, name)
    if (!Object.hasOwn(next.stacks, name)) {
      if (!exists) await createVolume(engine, name, { [LABEL.project]: key, [LABEL.filled]: label })
      continue
    }
    if (stack.mount !== null) {
      if (!filling && missing.length > 0) throw productError('data-layers-missing', { volume: name, missing })
      await ensureMount(context, name, stack)
      stacks.set(name, { ...stack, fill: false })
      continue
    }
    if (stack.layers.length > 0) overlays ??= await findOverlays(context.home, context, run)
    const layered = overlays?.work === true && !isEngineStore(targets.get(name) ?? '')
    const mount = planMount(stack, layered, () => newName(key))
    if (!mount) {
      const why = overlays?.work === false ? overlays.why : ''
      throw productError('data-not-shown', { volume: name, why })
    }
    if (mount.make.kind === 'copy' && (await engineVersion(engine)).name === 'Podman')
      throw productError('data-copy-unsupported', { volume: name })
    const isEmpty = mount.make.kind === 'empty'
    makings.push({ volume: name, make: mount.make, filled: isEmpty || filling ? label : filled })
    stacks.set(name, { ...mount.stack, fill: isEmpty })
    next = { ...next, stacks: { ...next.stacks, [name]: mount.stack } }
  }
  const isFresh = (name: string) => {
    const stack = stacks.get(name)
    return stack ? stack.fill : !found.get(name)?.exists
  }
  const id = randomBytes(8).toString('hex')
  const made = [...seeds, ...makings].flatMap(({ make }) => volumesMade(make))
  const pending = next && next !== before ? { id, next, made } : undefined
  const place = { engine, key, folder }
  const known = new Set(before?.snapshots)
  return {
    fresh: volumes.filter(({ name }) => isFresh(name)),
    kept: volumes.flatMap((volume) =>
      filling || isFresh(volume.name)
        ? []
        : [{ ...volume, filled: readFilled(found.get(volume.name)?.filled) }],
    ),
    resolve: (spec) => {
      const Labels = pending ? { ...spec.Labels, [LABEL.data]: id } : spec.Labels
      return withMounts({ ...spec, ...(Labels && { Labels }) }, stacks)
    },
    begin: async (run) => {
      if (!pending || !before) return
      await writeDataRecord(folder, { format: 1, ...before, pending })
      await makeMounts(context, filling ? seeds : makings, run)
    },
    seeding: filling && {
      fresh: volumes,
      resolve: (spec) =>
        withMounts(spec, new Map([...filling].map(([name, made]) => [name, filledBy(made)]))),
      end: (run) => makeMounts(context, makings, run),
    },
    captures: next?.snapshots.some((one) => one.origin !== 'seed' && !known.has(one)) ?? false,
    fill: (run) => fillCopies(context, makings, run),
    commit: async () => {
      if (pending) await commitData(place, pending.next)
    },
    drop: async () => {
      if (pending && before) await dropData(place, before, made)
    },
  }
}

/** A volume that the engine fills from the image of the container that mounts it. */
const filledBy = (volume: string): Mounted => ({ layers: [{ volume, path: '' }], mount: volume, fill: true })

type Mounted = Stack & { fill: boolean }

const withMounts = (spec: ContainerSpec, stacks: ReadonlyMap<string, Mounted>): ContainerSpec => ({
  ...spec,
  HostConfig: { ...spec.HostConfig, Mounts: resolveMounts(spec.HostConfig?.Mounts ?? [], stacks) },
})

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
