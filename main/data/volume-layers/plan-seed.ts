import type { Sha256, VersionId } from '../../../shared/ids.ts'
import { restoreSnapshot } from './change-snapshots.ts'
import { absentLayers, type DataFacts } from './data-facts.ts'
import type { DataState, Layer } from './data-record.ts'
import { findSeed, onlySeeded, withSeed } from './seed.ts'

/** What happens to new data that has a seed. */
export interface PlannedSeed {
  next: DataState
  /** The new engine volumes that it fills, by managed volume; undefined if its result is already known. */
  volumes: ReadonlyMap<string, string> | undefined
}

/**
 * Plans that the managed volumes `names` get the earlier result of a seed, or that the seed fills new ones. `key`
 * identifies the seed's result. If data cannot be copied, the result is not captured.
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
