import { isProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { warn } from '../../container/start/start-container.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { removeNetwork } from '../../docker/networks.ts'
import { removeOrStop } from './remove-or-stop.ts'
import type { Made, Swap } from './swap.ts'

/** Why the stopped old containers do not run again. */
export interface Lost {
  why: unknown
  /** Whether they were not started because a new container may still run. */
  isBlocked: boolean
}

/**
 * Removes what a failed swap created, and starts the old containers that it stopped, unless a new one may still run on
 * what they need. A failure here hides no earlier failure; the intent leaves to the next command what the engine did not
 * do.
 */
export async function undo(
  { engine, blue, restoreFiles, resumeBlue, clearIntent, onRemoved }: Swap,
  { set, data, members, stops, mayBeMore = false }: Made,
  run: Run,
): Promise<Lost | undefined> {
  let settled = !mayBeMore
  let lost: Lost | undefined
  let running: { why: unknown } | undefined
  const leave = (what: string) => (error: unknown) => {
    settled = false
    warn(run, what)(error)
  }
  const left = leave('The new container could not be removed')
  for (const { id } of members.toReversed())
    await removeOrStop(engine, id)
      .then((put) => (put.kind === 'removed' ? onRemoved() : left(put.why)))
      .catch((why: unknown) => {
        running ??= { why }
        left(why)
      })
  if (settled) await data.drop().catch(leave('What was made for the new container could not be removed'))
  for (const { name } of set.networks)
    await removeNetwork(engine, name).catch(leave('A new network could not be removed'))
  await restoreFiles().catch(leave("Files of the version's could not be taken back"))
  if (stops.length > 0 && running) {
    // Both would write the same data.
    if (!isProductError(running.why, 'engine-unreachable')) lost = { why: running.why, isBlocked: true }
  } else if (stops.length > 0) {
    const names = blue.filter(({ id }) => stops.includes(id)).map(({ name }) => name)
    const failed = `${names.join(', ')} could not be started again`
    await resumeBlue(stops).catch(async (error: unknown) => {
      const unnoticed = isProductError(error, 'engine-unreachable') || isProductError(error, 'engine-refused')
      if (unnoticed) return leave(failed)(error)
      // A container that was removed meanwhile is not a failed stop.
      const there = await Promise.all(stops.map((id) => inspectContainer(engine, id).catch(() => undefined)))
      if (there.every((one) => one !== undefined)) lost = { why: error, isBlocked: false }
      else warn(run, failed)(error)
    })
  }
  if (settled) await clearIntent()
  return lost
}
