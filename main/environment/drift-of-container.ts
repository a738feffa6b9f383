import type { EnvironmentContainer } from '../container/environment-container.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { containerChanges } from '../docker/containers.ts'
import { driftedPaths, type PathChange } from '../drift/paths.ts'
import { withoutDotfiles } from './apply-dotfiles.ts'

/**
 * The paths by which a container differs from its image, those of the person's dotfiles apart. `folder`: the project's
 * folder in the data folder. Errors: those of the engine.
 */
export async function driftOfContainer(
  engine: Engine,
  folder: string,
  { id, mounts }: Pick<EnvironmentContainer, 'id' | 'mounts'>,
): Promise<{ changes: PathChange[]; dotfiles: PathChange[] }> {
  const { rest, fromDotfiles } = await withoutDotfiles(folder, id, await containerChanges(engine, id))
  return { changes: driftedPaths(rest, mounts), dotfiles: driftedPaths(fromDotfiles, mounts) }
}
