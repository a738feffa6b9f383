import { isProductError } from '../../../shared/errors.ts'
import type { EnvironmentFacts } from '../../container/read-environment.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { containerChanges } from '../../docker/containers.ts'
import { countDrift } from '../../drift/paths.ts'
import { withoutDotfiles } from '../../environment/apply-dotfiles.ts'

/** The number of paths that differ between each container and its image, by container id. */
export type DriftCount = ReadonlyMap<string, number>

/**
 * Counts the drift of each container of an environment, without the changes of the person's dotfiles; null if there is no
 * environment, or if the engine has no space to count. `folder`: the project's folder in the data folder.
 */
export async function countDriftOf(
  engine: Engine,
  folder: string,
  { containers }: Pick<EnvironmentFacts, 'containers'>,
): Promise<DriftCount | null> {
  if (containers.length === 0) return null
  try {
    const counts = containers.map(async ({ id, mounts }) => {
      const { rest } = await withoutDotfiles(folder, id, await containerChanges(engine, id))
      return [id, countDrift(rest, mounts)] as const
    })
    return new Map(await Promise.all(counts))
  } catch (error) {
    // The engine needs disk space to count changes; everything else can still be reported.
    if (isProductError(error, 'disk-full')) return null
    throw error
  }
}

/** The drift of an environment as a whole. */
export const totalDrift = (counts: DriftCount): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0)
