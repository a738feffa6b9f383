import type { Run } from '../../shared/operation.ts'
import { cancellable } from './cancel.ts'
import { newOperationId, recorded } from './record.ts'
import { asOnlyWriter } from './writer-lock.ts'

/**
 * Does work as a project's only writer, recorded as an operation. `what` completes "Busy: …" for everyone else; `work`
 * has to report to the run that it is given. Where it `repairs`, others wait for it.
 * Errors: `busy`.
 */
export function asRecordedWriter<T>(
  projectFolder: string,
  what: string,
  run: Run,
  work: (run: Run) => Promise<T>,
  { repairs = false } = {},
): Promise<T> {
  const operation = newOperationId()
  return asOnlyWriter(projectFolder, { what, operation, repairs }, () =>
    cancellable(projectFolder, operation, run, (run) => recorded(projectFolder, operation, what, run, work)),
  )
}
