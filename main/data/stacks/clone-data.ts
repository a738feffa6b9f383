import { productError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import { labelOf, volumeName } from '../volumes.ts'
import { record } from './apply-change.ts'
import {
  absentLayers,
  type DataFacts,
  gatherData,
  gatherSettledData,
  managedVolumeNames,
} from './data-facts.ts'
import type { DataState, SnapshotRecord } from './data-record.ts'
import { commitData, type DataPlace } from './settle-data.ts'
import { freeName, restoreSnapshot, takeSnapshot } from './stacks.ts'

/** What of a project's data another one begins with. */
export interface CloneSource {
  key: ProjectKey
  snapshot: SnapshotRecord
  /** What seeds made, so that the other one need not run them again. */
  seeds: SnapshotRecord[]
}

/**
 * Gives a project the data of another one's snapshot, copy-on-write: both have its layers, which nothing writes any more. Data
 * that the project has already is captured. Errors: `snapshot-gone`, `data-record-unreadable`, `storage-failed`.
 */
export async function cloneData(place: DataPlace, source: CloneSource): Promise<void> {
  const before = await gatherSettledData(place)
  await commitData(place, clonedState(before, place.key, source, new Date().toISOString()))
  // Only now is nobody else to remove them.
  const volumes = absentLayers(await gatherData(place), source.snapshot)
  if (volumes.length > 0) throw productError('snapshot-gone', { name: source.snapshot.name, volumes })
}

/** The state of a project with the data of another one, at a time as ISO 8601. */
export function clonedState(
  facts: DataFacts,
  key: ProjectKey,
  { key: from, snapshot, seeds }: CloneSource,
  now: string,
): DataState {
  const renamed = (one: SnapshotRecord): SnapshotRecord => ({
    ...one,
    volumes: Object.fromEntries(
      Object.entries(one.volumes).map(([name, layers]) => [volumeName(key, labelOf(from, { name })), layers]),
    ),
  })
  const before = facts.state
  const existing = managedVolumeNames(facts)
  const kept =
    existing.length > 0
      ? takeSnapshot(before, existing, record(before, 'before-fork', 'reset', null, now))
      : before
  let known = kept
  for (const seed of seeds) {
    const own = { ...renamed(seed), name: freeName(known, seed.name) }
    known = { ...known, snapshots: [...known.snapshots, own] }
  }
  return restoreSnapshot(known, existing, renamed(snapshot))
}
