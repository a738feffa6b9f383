import type { ProjectKey } from '../../../shared/ids.ts'
import { labelOf, volumeName } from '../volumes.ts'
import { record } from './apply-change.ts'
import { freeName, restoreSnapshot, takeSnapshot } from './change-snapshots.ts'
import { type DataFacts, managedVolumeNames } from './data-facts.ts'
import type { DataState, SnapshotRecord } from './data-record.ts'

/** What of a project's data another one begins with. */
interface CloneSource {
  key: ProjectKey
  snapshot: SnapshotRecord
  /** What seeds made, so that the other one need not run them again. */
  seeds: SnapshotRecord[]
}

/**
 * The state of a project with the data of another one's snapshot, copy-on-write: both have its layers. Data that the project
 * has already is captured. `now` as ISO 8601.
 */
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
