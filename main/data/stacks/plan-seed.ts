import type { Sha256, VersionId } from '../../../shared/ids.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { absentOf } from './apply-change.ts'
import type { DataState, Layer } from './data-record.ts'
import { type EnginePlace, newName } from './engine-place.ts'
import { findSeed, onlySeeded, withSeed } from './seed.ts'
import { restoreSnapshot } from './stacks.ts'

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
export async function planSeed(
  { engine, key: project }: EnginePlace,
  state: DataState,
  { version, key }: { version: VersionId; key: Sha256 },
  names: string[],
): Promise<PlannedSeed> {
  const made = findSeed(state, key)
  if (made && (await absentOf(engine, made)).length === 0)
    return { next: restoreSnapshot(state, names, made), volumes: undefined }
  const volumes = new Map(names.map((name) => [name, newName(project)]))
  const layers = Object.fromEntries(
    [...volumes].map(([name, volume]): [string, Layer[]] => [name, [{ volume, path: '' }]]),
  )
  const isCaptured = (await engineVersion(engine)).name !== 'Podman'
  const taken = { takenAt: new Date().toISOString(), version, seed: key, volumes: layers }
  return { next: isCaptured ? withSeed(state, taken) : onlySeeded(state, layers), volumes }
}
