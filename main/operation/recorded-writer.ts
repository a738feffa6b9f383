import type { OperationKind, Run } from '../../shared/operation.ts'
import { cancellable } from './cancel-request.ts'
import { newOperationId, recorded } from './record-operation.ts'
import { asOnlyWriter } from './writer-lock.ts'

/**
 * Runs work as the only writer of a project with this name, recorded as an operation. `work` has to report to the run
 * that it is given. Where it `repairs`, others wait for it.
 * Errors: `busy`.
 */
export function asRecordedWriter<T>(
  { folder, name }: { folder: string; name: string },
  kind: OperationKind,
  run: Run,
  work: (run: Run) => Promise<T>,
  { repairs = false } = {},
): Promise<T> {
  const operation = newOperationId()
  return asOnlyWriter(folder, { what: doing(kind, name), operation, kind, repairs }, () =>
    cancellable(folder, operation, run, (run) => recorded(folder, operation, kind, run, work)),
  )
}

const DOING: Record<OperationKind, string> = {
  up: 'bringing up',
  build: 'building',
  initialize: 'initializing',
  rebuild: 'rebuilding a version of',
  reset: 'resetting',
  stop: 'stopping',
  restart: 'restarting',
  remove: 'removing the environment of',
  snapshot: 'changing the data of',
  lock: 'locking',
  clean: 'cleaning up',
  repair: 'repairing',
  clone: 'cloning',
}

/** What completes "Busy: …" for everyone else. */
export const doing = (kind: OperationKind, name: string): string => `${DOING[kind]} ${name}`
