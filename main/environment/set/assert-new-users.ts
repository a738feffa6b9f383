import type { Run } from '../../../shared/operation.ts'
import { assertUsers, usersToFind } from '../../container/assert-users.ts'
import { withVolumes } from '../../data/stacks/engine-place.ts'
import type { Made, Swap } from './swap.ts'

/**
 * Refuses a new container, which was not started, if it lacks the user as whom it or its commands run. The engine mounts the
 * volumes of a container to read it. Where the data is captured, the old containers still write to layers below these
 * volumes, which no overlay may have: then another container of the same image is read, without volumes.
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
