import { productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { SnapshotOrigin } from '../../../shared/snapshot.ts'
import { findSnapshot, freeName, restoreSnapshot, takeSnapshot } from './change-snapshots.ts'
import { absentLayers, type DataFacts, managedVolumeNames } from './data-facts.ts'
import type { DataState, SnapshotRecord } from './data-record.ts'
import { isAutomatic } from './expire-snapshots.ts'

/** What happens to the data when an environment is replaced. `version`: the version that has run with it. */
export type DataChange =
  /** It is captured, and stays as it is. */
  | { kind: 'take'; name: string; origin: SnapshotOrigin; version: VersionId | null }
  /** It is captured before another version starts, if that copies nothing. */
  | { kind: 'guard'; name: string; version: VersionId }
  /** It is replaced with that of a snapshot, or with new volumes; the old data is captured unless it is discarded. */
  | { kind: 'restore'; snapshot: string | null; version: VersionId | null; discard?: boolean }

/** A snapshot taken at `now`, with a name that no other has. */
export const record = (
  state: DataState,
  base: string,
  origin: SnapshotOrigin,
  version: VersionId | null,
  now: string,
): Omit<SnapshotRecord, 'volumes'> => ({ name: freeName(state, base), takenAt: now, origin, version })

/** The terms of a change of the data. */
export interface ChangeTerms {
  /** The managed volumes of the environment that is about to run; without an environment, all that have data. */
  wanted: readonly string[]
  /** Volumes that a guard omits. */
  unguarded?: ReadonlySet<string>
  /** What new data becomes. */
  newData?: 'empty' | 'seed'
  /** The current time, in ISO 8601. */
  now: string
}

/**
 * The data after a change. A capture has every managed volume with data, even those that the next version does not have,
 * because a person who goes back needs them. Errors: `snapshot-unknown`, `snapshot-gone`.
 */
export function applyChange(
  facts: DataFacts,
  change: DataChange | undefined,
  { wanted, unguarded, newData = 'empty', now }: ChangeTerms,
): DataState {
  const { state } = facts
  if (!change) return state
  const existing = managedVolumeNames(facts)
  if (change.kind !== 'restore') {
    const { kind, name, version } = change
    const captured = kind === 'guard' ? existing.filter((volume) => !unguarded?.has(volume)) : existing
    const origin = kind === 'guard' ? 'version' : change.origin
    return captured.length > 0
      ? takeSnapshot(state, captured, record(state, name, origin, version, now))
      : state
  }
  const snapshot = change.snapshot === null ? undefined : findSnapshot(state, change.snapshot)
  const absent = snapshot ? absentLayers(facts, snapshot) : []
  if (snapshot && absent.length > 0)
    throw productError('snapshot-gone', { name: snapshot.name, volumes: absent })
  const replaced = replacedBy(snapshot, wanted)
  const captured = existing.filter((volume) => replaced.includes(volume))
  const base = `before-${snapshot ? snapshot.name : newData}`.slice(0, 55)
  const kept =
    captured.length > 0 && !change.discard
      ? takeSnapshot(state, captured, record(state, base, 'reset', change.version, now))
      : state
  return restoreSnapshot(kept, replaced, snapshot)
}

/**
 * The managed volumes whose content a restore replaces. A snapshot that a person took is all of the data: volumes that it
 * lacks start empty. An automatic snapshot leaves such volumes as they are, because nobody chose its content.
 */
function replacedBy(snapshot: SnapshotRecord | undefined, wanted: readonly string[]): string[] {
  const held = Object.keys(snapshot?.volumes ?? {})
  return snapshot && isAutomatic(snapshot) ? held : [...new Set([...wanted, ...held])]
}
