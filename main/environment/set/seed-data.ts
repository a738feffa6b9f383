import type { Run } from '../../../shared/operation.ts'
import { managedVolumes } from '../../container/launch/managed-volumes.ts'
import { assertUsers } from '../../container/start/assert-users.ts'
import { chownMounts } from '../../container/start/chown-mounts.ts'
import { firstStart } from '../../container/start/start-container.ts'
import type { Seeding } from '../../data/volume-layers/prepare-data.ts'
import { inspectContainer, removeContainer } from '../../docker/containers.ts'
import { createMembers, putStackFiles } from './create-service-container.ts'
import { freeze } from './pre-snapshot-command.ts'
import { runSeed } from './run-seed.ts'
import { assertServices, startServices } from './start-services.ts'
import { stopBlockingContainers } from './stop-blocking-containers.ts'
import { stopSet } from './stop-set.ts'
import type { Made, Swap } from './swap.ts'

/**
 * Fills new data: creates the containers of a set without ports, waits until they are ready, and runs the seed. Then
 * removes them, so that the data is complete and can be captured before the final containers are created on it.
 * Errors: those of starting, hooks and health; `hook-failed`; `cancelled`.
 */
export async function seedData(swap: Swap, made: Made, seeding: Seeding, run: Run): Promise<void> {
  const { engine, launch } = swap
  const launches = [launch, ...launch.others]
  const entry = await createMembers(swap, made, seeding, () => [], run)
  await assertUsers(engine, launch, entry.id, 'created', run)
  await stopBlockingContainers(swap, made, { data: false }, run)
  await putStackFiles(engine, made.members, run)
  await swap.placeFiles()
  await startServices(engine, made.members, (_, error) => Promise.reject(error), run)
  const targets = managedVolumes(launch.parts).map(({ target }) => target)
  await chownMounts(engine, launch, entry.id, targets, run)
  await firstStart(engine, launch, entry.id, run)
  await assertServices(engine, made.members, launch, run)
  await runSeed(engine, launch, entry.id, run)
  for (const { id, launch } of made.members)
    if ((await inspectContainer(engine, id))?.State.Running) await freeze(engine, launch, id, run)
  const containers = made.members.map(({ id, launch: { service } }) => ({ id, service }))
  await stopSet(engine, containers, launches, run)
  for (const { id } of made.members.toReversed()) {
    await removeContainer(engine, id)
    await swap.onRemoved()
  }
  made.members = []
  await seeding.end(run)
}

/** A run that reports each warning once, because what starts twice would report it twice. */
export function warningOnce(run: Run): Run {
  const told = new Set<string>()
  return {
    ...run,
    report: (event) => {
      if (event.kind === 'warning' && told.has(event.text)) return
      if (event.kind === 'warning') told.add(event.text)
      run.report(event)
    },
  }
}
