import { productError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { usersOfVolume } from '../../docker/volumes.ts'
import { type DataFacts, type DataSource, managedVolumeNames } from './data-facts.ts'
import type { DataState } from './data-record.ts'
import { stackOf } from './layered-volumes.ts'

/** Managed volumes that running containers outside of the environment have, with the names of those. */
export type SharedVolumes = ReadonlyMap<string, readonly string[]>

/**
 * Looks for running containers that are not of a project's environment and have its data: whatever is captured, they would
 * go on to change. Errors: those of the engine.
 */
export async function sharedVolumes(
  { engine, key }: Pick<DataSource, 'engine' | 'key'>,
  facts: DataFacts,
): Promise<SharedVolumes> {
  const found = await Promise.all(
    managedVolumeNames(facts).map(async (name) => {
      const { layers, mount } = stackOf(facts.state, name)
      const top = layers.at(-1)?.volume
      const volumes = new Set([top, mount ?? undefined].filter((one) => one !== undefined))
      const users = await Promise.all([...volumes].map((volume) => runningOutside(engine, key, volume)))
      return [name, [...new Set(users.flat())]] as const
    }),
  )
  return new Map(found.filter(([, users]) => users.length > 0))
}

async function runningOutside(engine: Engine, key: string, volume: string): Promise<string[]> {
  const users = await usersOfVolume(engine, volume)
  return users
    .filter(({ State, Labels }) => State === 'running' && !isOfEnvironment(Labels, key))
    .map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ''))
}

const isOfEnvironment = (labels: Record<string, string>, key: string): boolean =>
  labels[LABEL.project] === key && labels[LABEL.role] !== 'run'

/**
 * Refuses a change that captures data which a container outside of the environment would go on to change.
 * Error: `volume-shared`.
 */
export function requireUnshared(before: DataState, after: DataState, shared: SharedVolumes): void {
  for (const volume of capturedBetween(before, after)) {
    const containers = shared.get(volume)
    if (containers) throw productError('volume-shared', { volume, containers: [...containers] })
  }
}

/** The managed volumes of the snapshots that are in the second state and not in the first. */
export function capturedBetween(before: DataState, after: DataState): Set<string> {
  const known = new Set(before.snapshots)
  return new Set(after.snapshots.flatMap((one) => (known.has(one) ? [] : Object.keys(one.volumes))))
}
