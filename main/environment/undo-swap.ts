import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { inspectContainer, removeContainer } from '../docker/containers.ts'
import { removeNetwork } from '../docker/networks.ts'
import { warn } from './start-container.ts'
import type { Made, Swap } from './swap-set.ts'

/**
 * Removes what a failed swap made, and starts the old containers that had to make way. What fails here hides no earlier
 * failure; returned is why the old ones did not come back.
 */
export async function undo(
  { engine, blue, restoreFiles, resumeBlue, clearIntent, onRemoved }: Swap,
  { set, data, members, stops }: Made,
  run: Run,
): Promise<unknown> {
  let settled = true
  let lost: unknown
  const leave = (what: string) => (error: unknown) => {
    settled = false
    warn(run, what)(error)
  }
  for (const { id } of members.toReversed())
    await removeContainer(engine, id).then(onRemoved).catch(leave('The new container could not be removed'))
  if (settled) await data.drop().catch(leave('What was made for the new container could not be removed'))
  for (const { name } of set.networks)
    await removeNetwork(engine, name).catch(leave('A new network could not be removed'))
  await restoreFiles().catch(leave("Files of the version's could not be taken back"))
  if (stops.length > 0) {
    const names = blue.filter(({ id }) => stops.includes(id)).map(({ name }) => name)
    const failed = `${names.join(', ')} could not be started again`
    await resumeBlue(stops).catch(async (error: unknown) => {
      const unnoticed = isProductError(error, 'engine-unreachable') || isProductError(error, 'engine-refused')
      // What the engine did not do now is left, by the intent, to the next command.
      if (unnoticed) return leave(failed)(error)
      // A container that was removed meanwhile is not a failed stop.
      const there = await Promise.all(stops.map((id) => inspectContainer(engine, id).catch(() => undefined)))
      if (there.every((one) => one !== undefined)) lost = error
      else warn(run, failed)(error)
    })
  }
  if (settled) await clearIntent()
  return lost
}
