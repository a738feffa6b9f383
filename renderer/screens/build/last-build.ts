import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import type { RecordedEvent } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { foldSteps, NO_STEPS, wasBuilt } from '../../store/operations/steps.ts'
import { isBuild } from '../../store/projects/environment-state.ts'

/** So many earlier operations are looked at. */
const LOOKED_AT = 4

/** How long the last build before an operation took, in milliseconds; undefined when none of those recorded built anything. */
export async function lastBuildTime(
  project: ProjectKey,
  operation: OperationId,
  signal: AbortSignal,
): Promise<number | undefined> {
  const all = await client.operations.list({ project }, { signal })
  const earlier = all.filter(({ id, state, kind }) => id < operation && state === 'done' && isBuild(kind))
  for (const { id } of earlier.slice(0, LOOKED_AT)) {
    const events: RecordedEvent[] = []
    for await (const event of await client.operations.watch(
      { project, operation: id, from: 0 },
      { signal },
    )) {
      if (event.event.kind !== 'log') events.push(event)
    }
    const steps = foldSteps(NO_STEPS, events)
    if (steps.end && steps.began !== undefined && wasBuilt(steps)) return steps.end.at - steps.began
  }
  return undefined
}
