import { productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { SnapshotOrigin } from '../../../shared/snapshot.ts'
import { inspectVolume } from '../../docker/volumes.ts'
import type { DataState, SnapshotRecord } from './data-record.ts'
import type { EnginePlace } from './engine-place.ts'
import { findSnapshot, freeName, restoreSnapshot, takeSnapshot } from './stacks.ts'

/** What becomes of the data when an environment is replaced. `version`: the one that ran with it until now. */
export type DataChange =
  /** It is captured, and goes on as it is. */
  | { kind: 'take'; name: string; origin: SnapshotOrigin; version: VersionId | null }
  /** It is captured before another version starts, where that copies nothing. */
  | { kind: 'guard'; name: string; version: VersionId }
  /** It is replaced by a snapshot's, or by new volumes; what it was is captured as well. */
  | { kind: 'restore'; snapshot: string | null; version: VersionId | null }

/** A snapshot that is taken now, under a name that none has. */
export const record = (
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

/** `newData`: what data that is new becomes. Errors: `snapshot-unknown`, `snapshot-gone`. */
export async function applyChange(
  { engine }: Pick<EnginePlace, 'engine'>,
  state: DataState,
  found: ReadonlyMap<string, { exists: boolean }>,
  change: DataChange | undefined,
  newData: 'empty' | 'seed' = 'empty',
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
  const base = `before-${snapshot ? snapshot.name : newData}`.slice(0, 55)
  const kept =
    replaced.length > 0 ? takeSnapshot(state, replaced, record(state, base, 'reset', change.version)) : state
  return restoreSnapshot(kept, [...found.keys()], snapshot)
}

async function requirePresent(engine: EnginePlace['engine'], snapshot: SnapshotRecord): Promise<void> {
  const volumes = await absentOf(engine, snapshot)
  if (volumes.length > 0) throw productError('snapshot-gone', { name: snapshot.name, volumes })
}

/** The layers of a snapshot that are not on the engine. */
export async function absentOf(engine: EnginePlace['engine'], snapshot: SnapshotRecord): Promise<string[]> {
  const layers = [
    ...new Set(Object.values(snapshot.volumes).flatMap((all) => all.map(({ volume }) => volume))),
  ]
  const here = await Promise.all(layers.map((volume) => inspectVolume(engine, volume)))
  return layers.filter((_, at) => !here[at])
}
