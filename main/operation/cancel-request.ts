import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { OperationId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { writeFileWhole } from '../store/write-file.ts'

/** In milliseconds: how often a writer checks for a request to cancel. */
const POLL_INTERVAL = 200

/** Holds the id of the operation that is to end; that of one that has ended means nothing. */
const cancelFile = (projectFolder: string) => path.join(projectFolder, 'cancel')

/** Asks whatever process runs an operation to cancel it. Errors: `storage-failed`. */
export function requestCancel(projectFolder: string, id: OperationId): Promise<void> {
  return writeFileWhole(cancelFile(projectFolder), id)
}

/** Runs work that any process can cancel by its operation's id. */
export async function cancellable<T>(
  projectFolder: string,
  id: OperationId,
  run: Run,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const asked = new AbortController()
  const look = setInterval(async () => {
    if ((await readFile(cancelFile(projectFolder), 'utf8').catch(() => '')) === id) asked.abort()
  }, POLL_INTERVAL)
  try {
    return await work({ ...run, signal: AbortSignal.any([run.signal, asked.signal]) })
  } finally {
    clearInterval(look)
  }
}
