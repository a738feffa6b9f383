import { hash } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import type { ProjectKey, Sha256, VersionId } from '../../../shared/ids.ts'
import { labelOf, type ManagedVolume } from '../volumes.ts'
import { freeName, restoreSnapshot } from './change-snapshots.ts'
import type { DataState, Layer, SnapshotRecord, Stack } from './data-record.ts'
import { stackOf } from './layered-volumes.ts'

/** What fills an environment's new data. */
export interface Seed {
  /** The hash of its command, of the files that it can name, and of the services that take part. */
  sha256: Sha256
  /** The version that it belongs to. */
  version: VersionId
}

/**
 * What decides the result of a seed: the seed itself, and the images that put the first files into each volume. `layersOf`: the layers of the image of the service that uses a volume.
 */
export function seedKey(
  { sha256 }: Pick<Seed, 'sha256'>,
  key: ProjectKey,
  volumes: readonly ManagedVolume[],
  layersOf: (volume: ManagedVolume) => string,
): Sha256 {
  const filled = volumes
    .map((volume) => [labelOf(key, volume), volume.target, layersOf(volume)])
    .sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1))
  return hash('sha256', canonical({ sha256, filled }))
}

/** Whether none of these volumes has data. `exists`: which of the volumes without a stack are on the engine. */
export const isNewData = (state: DataState, volumes: ReadonlyMap<string, { exists: boolean }>): boolean =>
  volumes.size > 0 &&
  [...volumes].every(([name, { exists }]) =>
    Object.hasOwn(state.stacks, name) ? stackOf(state, name).layers.length === 0 : !exists,
  )

/** The newest snapshot that a seed created. */
export const findSeed = ({ snapshots }: DataState, seed: Sha256): SnapshotRecord | undefined =>
  snapshots.findLast((one) => one.seed === seed)

const NAME = 'seed'
const EARLIER = 'earlier-seed'

/**
 * The state with the result of a seed as the snapshot `seed`, on which the volumes continue. It replaces a snapshot of
 * that name from another seed.
 */
export function withSeed(state: DataState, snapshot: Omit<SnapshotRecord, 'name' | 'origin'>): DataState {
  const before = state.snapshots.map((one) =>
    one.name === NAME && one.seed !== undefined ? { ...one, name: freeName(state, EARLIER) } : one,
  )
  const moved = { ...state, snapshots: before }
  const seeded: SnapshotRecord = { ...snapshot, name: freeName(moved, NAME), origin: 'seed' }
  const next = { ...moved, snapshots: [...before, seeded] }
  return restoreSnapshot(next, Object.keys(seeded.volumes), seeded)
}

/** The same if nothing can be captured: the volumes are those that the seed fills. */
export function onlySeeded(state: DataState, volumes: Record<string, Layer[]>): DataState {
  const stacks = Object.entries(volumes).map(([name, layers]): [string, Stack] => [
    name,
    { layers, mount: layers[0]?.volume ?? null },
  ])
  return { ...state, stacks: { ...state.stacks, ...Object.fromEntries(stacks) } }
}
