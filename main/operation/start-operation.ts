import { productError } from '../../shared/errors.ts'
import type { OperationId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { requestCancel } from './cancel-request.ts'
import { currentHolder } from './writer-lock.ts'

/** The operations that this process runs, so that they can be cancelled. */
export type RunningOperations = Map<OperationId, AbortController>

/**
 * Starts a verb and returns its operation's id as soon as its recording has begun; what comes of it is in the recording.
 * Errors: those that the verb ends with before that, such as `busy`.
 */
export function startOperation(
  running: RunningOperations,
  verb: (run: Run) => Promise<unknown>,
): Promise<OperationId> {
  const controller = new AbortController()
  return new Promise((resolve, reject) => {
    let known: OperationId | undefined
    const recorded = (id: OperationId) => {
      known = id
      running.set(id, controller)
      resolve(id)
    }
    verb({ signal: controller.signal, report: () => {}, recorded })
      // Once it is recorded, its failure is in the recording, and this rejection is ignored.
      .then(() => reject(productError('internal', { problem: 'The verb recorded nothing.' })), reject)
      .finally(() => known && running.delete(known))
  })
}

/**
 * Cancels an operation, of this process or of another one; false when it no longer runs. The state is then as it was
 * before, as after Ctrl-C. No process is sent a signal: the id might belong to another program by now.
 * Errors: `storage-failed`.
 */
export async function cancelOperation(
  running: RunningOperations,
  projectFolder: string,
  id: OperationId,
): Promise<boolean> {
  const own = running.get(id)
  if (own) {
    own.abort()
    return true
  }
  const holder = await currentHolder(projectFolder)
  if (holder?.operation !== id) return false
  await requestCancel(projectFolder, id)
  return true
}
