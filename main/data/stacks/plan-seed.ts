import type { Sha256, VersionId } from '../../../shared/ids.ts'
import { restoreSnapshot } from './change-snapshots.ts'
import { absentLayers, type DataFacts } from './data-facts.ts'
import type { DataState, Layer } from './data-record.ts'
import { findSeed, onlySeeded, withSeed } from './seed.ts'

/** What becomes of new data that a seed is for. */
export interface PlannedSeed {
  next: DataState
  /** The new volumes of the engine that it fills, by the managed ones; undefined where it is known what it makes. */
  volumes: ReadonlyMap<string, string> | undefined
}

/**
 * Plans that managed volumes, `names`, get what a seed made earlier, or that it fills new ones. `key`: of what the data is.
 * Where data cannot be copied, what it makes is not captured.
 */
export function planSeed(
  facts: Pick<DataFacts, 'here'>,
  state: DataState,
  { version, key }: { version: VersionId; key: Sha256 },
  names: readonly string[],
  { copies, newName, now }: { copies: boolean; newName: () => string; now: string },
): PlannedSeed {
  const made = findSeed(state, key)
  if (made && absentLayers(facts, made).length === 0)
    return { next: restoreSnapshot(state, names, made), volumes: undefined }
  const volumes = new Map(names.map((name) => [name, newName()]))
  const layers = Object.fromEntries(
    [...volumes].map(([name, volume]): [string, Layer[]] => [name, [{ volume, path: '' }]]),
  )
  const taken = { takenAt: now, version, seed: key, volumes: layers }
  return { next: copies ? withSeed(state, taken) : onlySeeded(state, layers), volumes }
}
