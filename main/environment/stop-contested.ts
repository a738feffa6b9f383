import type { Run } from '../../shared/operation.ts'
import { contestedContainers } from './contested-containers.ts'
import type { Made, Swap } from './swap-set.ts'

/**
 * Stops those of the old containers that hold what the new ones need. `data`: whether they need the old ones' data. Where
 * that is captured, it is completed before.
 * Errors: those of freezing, of the engine.
 */
export async function stopContested(
  { engine, blue, writeIntent, freezeBlue, stopBlue }: Swap,
  made: Made,
  needs: { data: boolean },
  run: Run,
): Promise<void> {
  const contested = await contestedContainers(engine, made.members, blue, needs)
  const stops = contested.filter((id) => !made.stops.includes(id))
  if (stops.length === 0) return
  if (made.data.captures) await freezeBlue(stops, run)
  made.stops = [...made.stops, ...stops]
  await writeIntent(made.set.name, made.stops)
  await stopBlue(stops)
}
