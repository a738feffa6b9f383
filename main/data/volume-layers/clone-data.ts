import type { ProjectKey } from '../../../shared/ids.ts'
import { labelOf, volumeName } from '../volumes.ts'
import { record } from './apply-change.ts'
import { freeName, restoreSnapshot, takeSnapshot } from './change-snapshots.ts'
import { type DataFacts, managedVolumeNames } from './data-facts.ts'
import type { DataState, SnapshotRecord } from './data-record.ts'

/** The data of a project with which another one starts. */
interface CloneSource {
  key: ProjectKey
  snapshot: SnapshotRecord
  /** The results of seeds, so that the other project need not run them again. */
  seeds: SnapshotRecord[]
}

/**
 * The state of a project with the data of another project's snapshot, copy-on-write: both share its layers. Existing data
 * of the project is captured. `now` in ISO 8601.
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
