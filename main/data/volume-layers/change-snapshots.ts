import { productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { DataState, SnapshotRecord, Stack } from './data-record.ts'
import { following, stackOf, volumesOf } from './layered-volumes.ts'

/** Captures volumes as they are: from now on, writes go to a new layer on top of the existing ones. */
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

/** Gives volumes the content of a snapshot; volumes that it does not have start empty. */
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

/**
 * The newest snapshot of a version's data with all of these managed volumes. `isOf`: whether an id belongs to the
 * version.
 */
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

/** The engine volumes that only a snapshot needs. */
export function ownVolumes(state: DataState, snapshot: SnapshotRecord): string[] {
  const others = volumesOf({ ...state, snapshots: state.snapshots.filter((one) => one !== snapshot) })
  const layers = Object.values(snapshot.volumes).flat()
  return [...new Set(layers.map(({ volume }) => volume))].filter((volume) => !others.has(volume))
}

/**
 * The state with what an unrecorded change wrote, as a permanent snapshot. `made` are the change's volumes that are on
 * the engine. Undefined if none of them holds data.
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

/** A free snapshot name: `base`, or `base` with the first free number. */
export function freeName({ snapshots }: DataState, base: string): string {
  const taken = new Set(snapshots.map(({ name }) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`
    if (!taken.has(name)) return name
  }
}
