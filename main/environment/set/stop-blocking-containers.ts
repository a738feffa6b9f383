import type { Run } from '../../../shared/operation.ts'
import { oldContainersToStop } from './old-containers-to-stop.ts'
import type { Made, Swap } from './swap.ts'

/**
 * Stops the old containers that hold what the new ones need. `data`: whether the new ones need the data of the old ones.
 * If that data is captured, it is completed first, and every container that uses it stops.
 * Errors: those of freezing, of the engine.
 */
export async function stopBlockingContainers(
  { engine, blue, writeIntent, freezeBlue, stopBlue }: Swap,
  made: Made,
  needs: { data: boolean },
  run: Run,
): Promise<void> {
  const captured = needs.data ? made.data.captured : new Set<string>()
  const contested = await oldContainersToStop(engine, made.members, blue, { ...needs, captured })
  const stops = contested.filter((id) => !made.stops.includes(id))
  if (stops.length === 0) return
  if (made.data.captured.size > 0) await freezeBlue(stops, run)
  made.stops = [...made.stops, ...stops]
  await writeIntent(made.set.name, made.stops)
  await stopBlue(stops)
}
