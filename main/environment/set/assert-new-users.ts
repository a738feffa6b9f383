import type { Run } from '../../../shared/operation.ts'
import { assertUsers, usersToFind } from '../../container/start/assert-users.ts'
import { withVolumes } from '../../data/volume-layers/engine-place.ts'
import type { Made, Swap } from './swap.ts'

/**
 * Refuses a new container, which has not started yet, if it lacks the user as whom it or its commands run. To read a
 * container, the engine mounts its volumes. If the data is captured, the old containers still write to layers below these
 * volumes, which is not allowed under an overlay: then another container of the same image is read, without volumes.
 * Errors: `remote-user-missing`, `cancelled`, those of the engine.
 */
export async function assertNewUsers(
  { engine, launch, image }: Swap,
  { data }: Pick<Made, 'data'>,
  container: string,
  run: Run,
): Promise<void> {
  const look = (id: string) => assertUsers(engine, launch, id, 'created', run)
  if (data.captured.size === 0) return look(container)
  if (usersToFind(launch, 'created').length === 0) return
  await withVolumes({ engine, key: launch.parts.project.key, image }, [], look, run)
}
