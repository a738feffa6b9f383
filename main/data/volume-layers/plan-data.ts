import { canonical } from '../../../shared/canonical.ts'
import { productError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import { type FilledBy, type ManagedVolume, readFilled } from '../volumes.ts'
import { applyChange, type DataChange } from './apply-change.ts'
import { type DataFacts, findVolume, managedVolumeNames, newestGeneration } from './data-facts.ts'
import type { DataState, Stack } from './data-record.ts'
import { isSingle, stackOf, volumesOf } from './layered-volumes.ts'
import type { Making } from './make-mounts.ts'
import type { Overlays } from './overlay-support.ts'
import { isEngineStore, isFull, planMount } from './plan-mount.ts'
import { planSeed } from './plan-seed.ts'
import { isNewData, type Seed, seedKey } from './seed.ts'
import { capturedBetween, requireUnshared, type SharedVolumes } from './shared-volumes.ts'

/** What new containers need from a project's data. */
export interface DataRequest {
  key: ProjectKey
  /** Their managed volumes; a volume that several containers mount is listed for each. */
  volumes: readonly ManagedVolume[]
  /** What fills a new one of them. */
  fillerOf: (volume: ManagedVolume) => Omit<FilledBy, 'place'>
  change: DataChange | undefined
  /** What fills new data, unless its result has been captured. */
  seed: Seed | undefined
}

/** What the engine can do, and what makes each plan unique. */
export interface DataMeans {
  /** Whether the engine mounts overlays; undefined if that was not needed. */
  overlays: Overlays | undefined
  /** Whether data can be copied on the engine. */
  copies: boolean
  /** What others use of the data now. */
  shared: SharedVolumes
  /** A name on the engine that no volume has. */
  newName: () => string
  /** The current time, in ISO 8601. */
  now: string
}

/** A managed volume as containers mount it. `fill`: the engine fills it from the image. */
export type Mounted = Stack & { fill: boolean }

/** What happens to a project's data with new containers. */
export interface DataPlan {
  /** The state once the containers are the current ones. */
  next: DataState
  /** The generation of the created volumes. */
  generation: number
  /** What is created for them. */
  makings: Making[]
  /** What a seed fills before that, and its engine volumes by managed volume; undefined if no seed runs. */
  seeding: { makings: Making[]; volumes: ReadonlyMap<string, string> } | undefined
  /** What they mount in place of managed volumes. */
  mounted: ReadonlyMap<string, Mounted>
  /** Recorded mounts that are not on the engine, although their layers are. */
  remade: ReadonlyMap<string, Stack>
  /** Managed volumes that the engine fills. */
  fresh: ReadonlySet<string>
  /** Managed volumes whose current data is captured. */
  captured: ReadonlySet<string>
  /** Managed volumes with data that start empty because a snapshot does not have them. */
  emptied: readonly string[]
  /** Managed volumes that start empty because their data was removed from the engine. */
  gone: readonly string[]
  /** Managed volumes that a guard omits because their next capture would copy them. */
  uncaptured: readonly string[]
  /** Managed volumes that a guard omits because others go on to write them, with the names of their containers. */
  unguarded: SharedVolumes
}

/** Whether the plan depends on whether the engine mounts overlays. */
export function needsOverlays(facts: DataFacts, request: DataRequest): boolean {
  const { change, seed } = request
  const names = namesOf(request)
  if (names.some((name) => isUnmounted(facts.state, name))) return true
  if (seed && (change?.kind === 'restore' || isNewData(facts.state, foundOf(facts, names)))) return true
  if (change?.kind === 'restore') return change.snapshot !== null
  return change !== undefined && names.length > 0 && managedVolumeNames(facts).length > 0
}

const isUnmounted = (state: DataState, name: string): boolean => {
  const { layers, mount } = stackOf(state, name)
  return mount === null && layers.length > 0
}

const namesOf = ({ volumes }: DataRequest): string[] => [...new Set(volumes.map(({ name }) => name))]

const foundOf = (facts: DataFacts, names: readonly string[]) =>
  new Map(names.map((name) => [name, findVolume(facts, name)]))

/**
 * Decides what happens to a project's data with new containers: which engine volumes they get for the managed ones, and
 * what is created for that.
 * Errors: `snapshot-unknown`, `snapshot-gone`, `volume-shared`, `data-layers-missing`, `data-not-shown`,
 * `data-copy-unsupported`.
 */
export function planData(facts: DataFacts, request: DataRequest, means: DataMeans): DataPlan {
  const { key, volumes, fillerOf, change, seed } = request
  const names = namesOf(request)
  const found = foundOf(facts, names)
  const { state: known, gone } = withoutGone(facts, names)
  const isGuard = change?.kind === 'guard'
  const stores = engineStores(facts, volumes)
  const isFullStack = (name: string) => !stores.has(name) && isFull(stackOf(known, name))
  const uncaptured = isGuard && layers(means) ? managedVolumeNames(facts).filter(isFullStack) : []
  const changed = applyChange({ ...facts, state: known }, isGuard && !layers(means) ? undefined : change, {
    wanted: names,
    unguarded: new Set([...stores, ...uncaptured, ...means.shared.keys()]),
    newData: seed ? 'seed' : 'empty',
    now: means.now,
  })
  const contents = seed && seedKey(seed, key, [...volumes], (volume) => fillerOf(volume).layers)
  const seeded =
    contents && isNewData(changed, found)
      ? planSeed(facts, changed, { version: seed.version, key: contents }, names, means)
      : undefined
  let next = seeded?.next ?? changed
  requireUnshared(known, changed, means.shared)
  const captured = capturedBetween(known, changed)
  const filling = seeded?.volumes
  const isMade = new Set(filling?.values())
  const labelOf = (name: string): string => {
    const volume = volumes.find((one) => one.name === name)
    return canonical(volume ? { ...fillerOf(volume), place: volume.target } : { place: '' })
  }
  const makings: Making[] = []
  const mounted = new Map<string, Mounted>()
  const remade = new Map<string, Stack>()
  const fresh = new Set<string>()
  for (const [name, { filled, exists }] of found) {
    const stack = stackOf(next, name)
    if (isSingle(name, stack)) {
      if (!Object.hasOwn(next.stacks, name)) next = { ...next, stacks: { ...next.stacks, [name]: stack } }
      if (exists) continue
      fresh.add(name)
      makings.push({ volume: name, make: { kind: 'single', volume: name }, filled: labelOf(name) })
      continue
    }
    const missing = stack.layers
      .map(({ volume }) => volume)
      .filter((volume) => !facts.here.has(volume) && !isMade.has(volume))
    if (missing.length > 0) throw productError('data-layers-missing', { volume: name, missing })
    if (stack.mount !== null) {
      if (!facts.here.has(stack.mount) && !isMade.has(stack.mount)) remade.set(name, stack)
      mounted.set(name, { ...stack, fill: false })
      continue
    }
    const isStore = volumes.some((volume) => volume.name === name && isEngineStore(volume.target))
    const mount = planMount(stack, layers(means) && !isStore, means.newName)
    if (!mount) {
      const why = means.overlays?.work === false ? means.overlays.why : ''
      throw productError('data-not-shown', { volume: name, why })
    }
    if (mount.make.kind === 'copy' && !means.copies)
      throw productError('data-copy-unsupported', { volume: name })
    const fill = mount.make.kind === 'empty'
    if (fill) fresh.add(name)
    makings.push({ volume: name, make: mount.make, filled: fill || filling ? labelOf(name) : filled })
    mounted.set(name, { ...mount.stack, fill })
    next = { ...next, stacks: { ...next.stacks, [name]: mount.stack } }
  }
  const generation = 1 + Math.max(known.generation ?? 0, newestGeneration(facts))
  if (next !== facts.state) next = { ...next, generation }
  const seeding = filling && {
    volumes: filling,
    makings: [...filling].map(([volume, made]): Making => {
      return { volume, make: { kind: 'empty', volume: made }, filled: labelOf(volume) }
    }),
  }
  const unguarded = isGuard && layers(means) ? means.shared : new Map()
  const lacksThem = change?.kind === 'restore' && change.snapshot !== null
  const emptied = lacksThem ? names.filter((name) => fresh.has(name) && captured.has(name)) : []
  return {
    next,
    generation,
    makings,
    seeding,
    mounted,
    remade,
    fresh,
    captured,
    emptied,
    gone,
    uncaptured,
    unguarded,
  }
}

const layers = ({ overlays }: DataMeans): boolean => overlays?.work === true

/** The managed volumes that hold the store of a nested container engine, by where they are or were mounted. */
function engineStores(facts: DataFacts, volumes: readonly ManagedVolume[]): Set<string> {
  const wanted = volumes.flatMap(({ name, target }) => (isEngineStore(target) ? [name] : []))
  const others = managedVolumeNames(facts).filter((name) =>
    isEngineStore(readFilled(findVolume(facts, name).filled)?.place ?? ''),
  )
  return new Set([...wanted, ...others])
}

/** The state without managed volumes that were removed from the engine, and their names: they start empty. */
function withoutGone(
  { state, here }: DataFacts,
  names: readonly string[],
): { state: DataState; gone: string[] } {
  const gone = names.filter(
    (name) =>
      Object.hasOwn(state.stacks, name) &&
      stackOf(state, name).layers.length > 0 &&
      !findVolume({ state, here }, name).exists,
  )
  if (gone.length === 0) return { state, gone }
  const stacks = Object.fromEntries(Object.entries(state.stacks).filter(([name]) => !gone.includes(name)))
  // Without its layers, an overlay is empty.
  const overlays = gone.flatMap((name) => stackOf(state, name).mount ?? []).filter((name) => here.has(name))
  const rest = { ...state, stacks, unneeded: [...state.unneeded, ...overlays] }
  // A snapshot that lost its layer must not get another volume of the same name.
  const emptied = gone.filter((name) => volumesOf(rest).has(name))
  const empty = emptied.map((name): [string, Stack] => [name, { layers: [], mount: null }])
  return { state: { ...rest, stacks: { ...stacks, ...Object.fromEntries(empty) } }, gone }
}
