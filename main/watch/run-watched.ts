import type { OperationId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Host } from '../host/host.ts'

/**
 * Runs an operation of a watch: the watch's signal and `also` end it, and any client can cancel it by its id.
 * Errors: those of `work`.
 */
export async function runWatched<T>(
  { runningOperations: running }: Pick<Host, 'runningOperations'>,
  { signal, report }: Pick<Run, 'signal' | 'report'>,
  work: (run: Run) => Promise<T>,
  also?: AbortSignal,
): Promise<T> {
  const own = new AbortController()
  let id: OperationId | undefined
  try {
    return await work({
      signal: AbortSignal.any([signal, own.signal, ...(also ? [also] : [])]),
      // The planned version and its reason are reported as a state.
      report: (event) => event.kind !== 'plan' && report(event),
      recorded: (known) => {
        id = known
        running.set(known, own)
      },
    })
  } finally {
    if (id) running.delete(id)
  }
}
