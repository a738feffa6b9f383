import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import type { OperationEnd } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { follow } from '../../client/follow.ts'

/** How an operation ended, as soon as it has, over lost connections. Errors: those of `operations.watch`. */
export function whenEnded(project: ProjectKey, operation: OperationId): Promise<OperationEnd> {
  let from = 0
  return new Promise((resolve, reject) => {
    const stop = follow((signal) => client.operations.watch({ project, operation, from }, { signal }), {
      event: ({ index, event }) => {
        from = index + 1
        if (event.kind !== 'end') return
        resolve(event)
        stop()
      },
      failed: reject,
    })
  })
}
