import { productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { ContainerSpec, MountSettings } from '../../docker/containers.ts'
import type { DataState, Layer, SnapshotRecord, Stack } from './data-record.ts'

/** The data of a project of which nothing was recorded. */
export const NO_RECORD: DataState = { stacks: {}, snapshots: [], unneeded: [] }

/** A managed volume that is nothing but the volume of the engine of its name. */
const single = (volume: string): Stack => ({ layers: [{ volume, path: '' }], mount: volume })

export const isSingle = (name: string, { layers, mount }: Stack): boolean =>
  mount === name && layers.length === 1 && layers[0]?.volume === name

/** What a managed volume consists of. Nothing is made of a volume that is about to be removed. */
export const stackOf = ({ stacks, unneeded }: DataState, volume: string): Stack =>
  stacks[volume] ?? (unneeded.includes(volume) ? { layers: [], mount: null } : single(volume))

/** Every volume of the engine that a state refers to. */
export function volumesOf({ stacks, snapshots }: DataState): Set<string> {
  const layers = [
    ...Object.values(stacks).flatMap((stack) => stack.layers),
    ...snapshots.flatMap(({ volumes }) => Object.values(volumes).flat()),
  ]
  const mounts = Object.values(stacks).flatMap(({ mount }) => (mount === null ? [] : [mount]))
  return new Set([...layers.map(({ volume }) => volume), ...mounts])
}

/** The state after another one: what only that one refers to is not needed any more. */
function following(before: DataState, after: Omit<DataState, 'unneeded'>): DataState {
  const next: DataState = { ...after, unneeded: [] }
  const needed = volumesOf(next)
  const known = new Set([...before.unneeded, ...volumesOf(before)])
  return { ...next, unneeded: [...known].filter((volume) => !needed.has(volume)) }
}

/** Captures volumes as they are: from now on a new layer is written, on top of what they consist of. */
export function takeSnapshot(
  state: DataState,
  volumes: string[],
  snapshot: Omit<SnapshotRecord, 'volumes'>,
): DataState {
  const frozen = volumes.map((volume) => [volume, stackOf(state, volume).layers] as const)
  const opened = frozen.map(([volume, layers]): [string, Stack] => [volume, { layers, mount: null }])
  return following(state, {
    ...state,
    stacks: { ...state.stacks, ...Object.fromEntries(opened) },
    snapshots: [...state.snapshots, { ...snapshot, volumes: Object.fromEntries(frozen) }],
  })
}

/** Gives volumes the content of a snapshot; those that it does not have begin empty. */
export function restoreSnapshot(
  state: DataState,
  volumes: readonly string[],
  snapshot?: SnapshotRecord,
): DataState {
  const names = [...new Set([...volumes, ...Object.keys(snapshot?.volumes ?? {})])]
  const stacks = names.map((volume): [string, Stack] => [
    volume,
    { layers: snapshot?.volumes[volume] ?? [], mount: null },
  ])
  return following(state, { ...state, stacks: { ...state.stacks, ...Object.fromEntries(stacks) } })
}

/** Errors: `snapshot-unknown`. */
export function findSnapshot({ snapshots }: DataState, name: string): SnapshotRecord {
  const found = snapshots.find((snapshot) => snapshot.name === name)
  if (found) return found
  throw productError('snapshot-unknown', { name, known: snapshots.map((snapshot) => snapshot.name) })
}

/** The newest snapshot of a version's data that has all of these managed volumes. `isOf`: whether an id is the version's. */
export const newestOfVersion = (
  { snapshots }: DataState,
  isOf: (version: VersionId) => boolean,
  volumes: readonly string[],
): SnapshotRecord | undefined =>
  snapshots.findLast(
    (one) =>
      one.version !== null &&
      isOf(one.version) &&
      volumes.every((volume) => Object.hasOwn(one.volumes, volume)),
  )

/** Errors: `snapshot-unknown`. */
export function deleteSnapshot(state: DataState, name: string): DataState {
  const doomed = findSnapshot(state, name)
  return following(state, { ...state, snapshots: state.snapshots.filter((one) => one !== doomed) })
}

/** Errors: `snapshot-unknown`, `snapshot-exists`. */
export function renameSnapshot(state: DataState, name: string, to: string): DataState {
  const renamed = findSnapshot(state, name)
  requireFreeName(state, to)
  return {
    ...state,
    snapshots: state.snapshots.map((one) => (one === renamed ? { ...one, name: to, origin: 'taken' } : one)),
  }
}

/** Errors: `snapshot-exists`. */
export function requireFreeName({ snapshots }: DataState, name: string): void {
  if (snapshots.some((one) => one.name === name)) throw productError('snapshot-exists', { name })
}

/**
 * The state without a managed volume, whose data goes from the snapshots, too: one that has no other goes. `isShared`: a volume
 * of the engine stays for another project, and must not be taken for its data.
 */
export function withoutVolume(state: DataState, volume: string, isShared = false): DataState {
  const { [volume]: _, ...others } = state.stacks
  const stacks: DataState['stacks'] = isShared ? { ...others, [volume]: { layers: [], mount: null } } : others
  const snapshots = state.snapshots.flatMap((snapshot) => {
    const { [volume]: doomed, ...volumes } = snapshot.volumes
    return doomed && Object.keys(volumes).length === 0 ? [] : [{ ...snapshot, volumes }]
  })
  return following(state, { ...state, stacks, snapshots })
}

/**
 * The state once all data is given up, with `doomed` volumes of the engine yet to be removed: `volumes`, the managed ones,
 * begin empty, under other names on the engine, also while some of the doomed are left.
 */
export function withoutData(
  state: DataState,
  volumes: readonly string[],
  doomed: readonly string[],
): DataState {
  const names = [...new Set([...Object.keys(state.stacks), ...volumes])]
  return {
    stacks: Object.fromEntries(names.map((name): [string, Stack] => [name, { layers: [], mount: null }])),
    snapshots: [],
    unneeded: [...new Set([...state.unneeded, ...doomed])],
  }
}

/** The volumes of the engine that hold the data of a managed volume, also that of its snapshots. */
export function partsOf(state: DataState, volume: string): string[] {
  const parts = withoutVolume(state, volume).unneeded.filter((name) => !state.unneeded.includes(name))
  return parts.length > 0 ? parts : [volume]
}

/** Of those, the ones that hold files: an overlay has none of its own, and engines do not measure it. */
export function layersOf(state: DataState, volume: string): string[] {
  const { layers, mount } = stackOf(state, volume)
  const isOverlay = (name: string) => name === mount && layers.every((layer) => layer.volume !== name)
  return partsOf(state, volume).filter((name) => !isOverlay(name))
}

/** The volumes of the engine that only a snapshot needs. */
export function ownVolumes(state: DataState, snapshot: SnapshotRecord): string[] {
  const others = volumesOf({ ...state, snapshots: state.snapshots.filter((one) => one !== snapshot) })
  const layers = Object.values(snapshot.volumes).flat()
  return [...new Set(layers.map(({ volume }) => volume))].filter((volume) => !others.has(volume))
}

/**
 * The state with what an unrecorded change wrote as a snapshot that stays: `made` are those of its volumes that are on the
 * engine. Undefined where it made none that holds data.
 */
export function withUnknown(
  state: DataState,
  { next, made }: { next: DataState; made: readonly string[] },
  now: string,
): DataState | undefined {
  const written = Object.entries(next.stacks).flatMap(([name, { layers }]) => {
    const top = layers.at(-1)
    return top && made.includes(top.volume) ? [[name, layers] as const] : []
  })
  if (written.length === 0) return undefined
  const record = {
    takenAt: now,
    origin: 'taken' as const,
    version: null,
    volumes: Object.fromEntries(written),
  }
  const snapshots = [...state.snapshots, { name: freeName(state, 'unrecorded'), ...record }]
  return { ...state, snapshots, ...(next.generation !== undefined && { generation: next.generation }) }
}

/** A name that no snapshot has: `base`, or with the first free number. */
export function freeName({ snapshots }: DataState, base: string): string {
  const taken = new Set(snapshots.map(({ name }) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`
    if (!taken.has(name)) return name
  }
}

/** Whether a snapshot was taken by itself, of whatever data there was. */
export const isAutomatic = ({ origin }: Pick<SnapshotRecord, 'origin'>): boolean =>
  origin === 'version' || origin === 'reset' || origin === 'fork'

/** So many snapshots that nobody asked for are kept, and none for longer than so many days but the newest of a volume. */
export const KEPT_SNAPSHOTS = 5
/** So many seeds: each is a whole copy of the data. */
export const KEPT_SEEDS = 3
const KEPT_DAYS = 30

/**
 * Leaves out the snapshots that were taken by themselves and are too many or too old. The last capture of a volume stays: it
 * may be all that is left of its data. `now` in milliseconds.
 */
export function withoutExpired(state: DataState, now: number): DataState {
  const isOld = (takenAt: string) => now - Date.parse(takenAt) > KEPT_DAYS * 24 * 60 * 60_000
  const expiredOf = (counts: (snapshot: SnapshotRecord) => boolean, most: number): SnapshotRecord[] =>
    state.snapshots
      .filter(counts)
      .reverse()
      .filter(({ takenAt }, index) => index > 0 && (index >= most || isOld(takenAt)))
  const expired = [
    ...expiredOf(isAutomatic, KEPT_SNAPSHOTS).filter((one) => !isLastOfVolume(state, one)),
    ...expiredOf(({ origin }) => origin === 'seed', KEPT_SEEDS),
  ]
  if (expired.length === 0) return state
  return following(state, { ...state, snapshots: state.snapshots.filter((one) => !expired.includes(one)) })
}

/** Whether a snapshot has a volume that no later one has. What a seed made is none of a person's data. */
function isLastOfVolume({ snapshots }: DataState, snapshot: SnapshotRecord): boolean {
  const later = snapshots.slice(snapshots.indexOf(snapshot) + 1).filter(({ origin }) => origin !== 'seed')
  return Object.keys(snapshot.volumes).some(
    (volume) => !later.some((other) => Object.hasOwn(other.volumes, volume)),
  )
}

/**
 * Whether a volume at this place holds the store of a container engine inside: that has overlays of its own, which cannot
 * lie on another.
 */
export const isEngineStore = (target: string): boolean =>
  /^\/var\/lib\/(?:docker|containerd|containers|buildkit|rancher|k0s|kubelet)(?:\/|$)/.test(target)

/** A stack of so many layers is copied into one: the engine's mount options have room for a page of text (mount(2)). */
export const MAX_LAYERS = 16

/** Whether the next capture of a stack copies it. */
export const isFull = ({ layers }: Pick<Stack, 'layers'>): boolean => layers.length >= MAX_LAYERS

/** What has to be made so that containers can mount a stack. */
export type NewMount =
  /** The managed volume itself, which the engine fills from the image. */
  | { kind: 'single'; volume: string }
  /** An empty volume, which the engine fills from the image. */
  | { kind: 'empty'; volume: string }
  /** An empty layer, and an overlay of it on top of the others. */
  | { kind: 'overlay'; layer: string; mount: string; below: Layer[] }
  /** A volume with what a stack shows, which is mounted as `shown` for it if that takes an overlay. */
  | { kind: 'copy'; volume: string; from: Layer[]; shown?: string }

/**
 * How a stack without a mount gets one, and what it then consists of. `overlays`: whether the engine mounts overlays.
 * `name` makes a new name on the engine. Undefined where only an overlay would show its content.
 */
export function planMount(
  { layers }: Pick<Stack, 'layers'>,
  overlays: boolean,
  name: () => string,
): { make: NewMount; stack: Stack } | undefined {
  if (layers.length > 0 && !isFull({ layers }) && overlays) {
    const [layer, mount] = [name(), name()]
    const stack: Stack = { layers: [...layers, { volume: layer, path: 'data' }], mount }
    return { make: { kind: 'overlay', layer, mount, below: layers }, stack }
  }
  if (layers.length > 1 && !overlays) return undefined
  const volume = name()
  const stack: Stack = { layers: [{ volume, path: '' }], mount: volume }
  if (layers.length === 0) return { make: { kind: 'empty', volume }, stack }
  const shown = layers.length > 1 ? { shown: name() } : {}
  return { make: { kind: 'copy', volume, from: layers, ...shown }, stack }
}

/** The volumes that are made for a mount. */
export function volumesMade(make: NewMount): string[] {
  switch (make.kind) {
    case 'single':
    case 'empty':
      return [make.volume]
    case 'overlay':
      return [make.layer, make.mount]
    case 'copy':
      return [make.volume, ...(make.shown === undefined ? [] : [make.shown])]
  }
}

const LAYERS_TARGET = '/run/pristine-data'

/**
 * The mounts of a container with the volumes of the engine in place of the managed ones. It also has the layers of each,
 * for reading: the engine then knows that they are used, and neither it nor a person removes them.
 */
export function resolveMounts(
  mounts: MountSettings[],
  stacks: ReadonlyMap<string, Stack & { fill: boolean }>,
): MountSettings[] {
  const below = new Set<string>()
  const resolved = mounts.map((mount): MountSettings => {
    const stack = mount.Type === 'volume' ? stacks.get(mount.Source) : undefined
    if (!stack?.mount) return mount
    for (const { volume } of stack.layers) if (volume !== stack.mount) below.add(volume)
    return { ...mount, Source: stack.mount, ...(!stack.fill && NO_COPY) }
  })
  const kept = [...below].map((Source, at): MountSettings => {
    const target = { Target: `${LAYERS_TARGET}/${at}`, ReadOnly: true }
    return { Type: 'volume', Source, ...target, ...NO_COPY }
  })
  return [...resolved, ...kept]
}

/** A request without the mounts by which its container has layers for reading. `layers`: those that are recorded. */
export function withoutLayers(spec: ContainerSpec, layers: ReadonlySet<string>): ContainerSpec {
  const mounts = spec.HostConfig?.Mounts
  if (!mounts || layers.size === 0) return spec
  const isLayer = ({ Type, Source, Target, ReadOnly }: MountSettings) =>
    Type === 'volume' && ReadOnly === true && layers.has(Source) && Target.startsWith(`${LAYERS_TARGET}/`)
  return { ...spec, HostConfig: { ...spec.HostConfig, Mounts: mounts.filter((mount) => !isLayer(mount)) } }
}

/** Of an image nothing is put into data that is there. */
const NO_COPY = { VolumeOptions: { NoCopy: true } } as Pick<MountSettings, 'VolumeOptions'>
