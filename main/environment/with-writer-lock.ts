import { type ErrorCode, isProductError } from '../../shared/errors.ts'
import type { OperationKind, Run } from '../../shared/operation.ts'
import { endLeftCommands } from '../container/command-leases.ts'
import { removeLeftContainers } from '../container/container-leases.ts'
import { warn } from '../container/start/start-container.ts'
import { readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import { asRecordedWriter, doing } from '../operation/recorded-writer.ts'
import { asOnlyWriter } from '../operation/writer-lock.ts'
import type { Project } from '../store/open-project.ts'
import { readCurrentState } from './current-state.ts'
import { recoverInterrupted } from './recover-interrupted.ts'
import { isMadeBy, readIntent } from './write-ahead-intent.ts'

/**
 * Runs work as a project's only writer, after completing or reverting what a dead process left, and records it as an
 * operation. `work` has to report to the run that it is given.
 * Errors: `busy`.
 */
export function withWriterLock<T>(
  host: Host,
  project: Project,
  kind: OperationKind,
  run: Run,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  return asRecordedWriter(placeOf(host, project), kind, run, async (run) => {
    await recoverInterrupted(host, project, run).catch((error: unknown) => {
      // A container that the engine does not remove must not prevent the stop of the others.
      if (kind !== 'stop' || !isProductError(error, 'engine-refused')) throw error
      warn(run, 'What an earlier command left could not be put right')(error.why)
    })
    await endLeftCommands(host, project)
    await removeLeftContainers(host, project)
    await warnOfGaps(host, project, run)
    return work(run)
  })
}

const placeOf = (host: Host, { key, name }: Project) => ({ folder: host.home.project(key), name })

/** Warns about lines of a project's ledger that cannot be used. */
export async function warnOfGaps(host: Host, project: Project, run: Run): Promise<void> {
  const { unknown } = await readLedger(host.home.project(project.key))
  if (unknown === 0) return
  const lines = unknown === 1 ? '1 line of the history is' : `${unknown} lines of the history are`
  const text = `${lines} damaged, or of a newer Pristine, and left out; what the engine has counts instead.`
  run.report({ kind: 'warning', text })
}

/** Errors that postpone a repair without failing the command: reading, and commands that need no engine, still work. */
const DEFERRING_ERRORS: ErrorCode[] = [
  'busy',
  'disk-full',
  'storage-failed',
  'engine-missing',
  'engine-forbidden',
  'engine-not-docker',
  'engine-refused',
  'engine-unreachable',
  'engine-unsupported',
]

/**
 * The same repair for verbs that are not recorded writers. A process that is writing repairs the project itself. If a
 * swap is complete and only the replaced container may be left, the repair is not recorded as an operation.
 */
export async function repair(host: Host, project: Project, run: Run): Promise<void> {
  const folder = host.home.project(project.key)
  for (const end of [endLeftCommands, removeLeftContainers]) {
    await end(host, project).catch((error: unknown) => {
      if (!isProductError(error)) throw error
    })
  }
  if (!(await readIntent(folder))) return
  const work = (run: Run) => recoverInterrupted(host, project, run)
  const repaired = isSwapped(host, project).then((swapped) =>
    swapped
      ? asOnlyWriter(folder, { what: doing('repair', project.name), repairs: true }, () => work(run))
      : asRecordedWriter(placeOf(host, project), 'repair', run, work, { repairs: true }),
  )
  await repaired.catch((error: unknown) => {
    if (!isProductError(error) || !DEFERRING_ERRORS.includes(error.code)) throw error
  })
}

/** Whether the unfinished work is a swap whose new containers have become the current ones. */
async function isSwapped(host: Host, project: Project): Promise<boolean> {
  const { facts, history } = await readCurrentState(host, project)
  const intent = await readIntent(host.home.project(project.key))
  if (intent === undefined) return false
  return facts.containers.some((one) => isMadeBy(intent, one) && history.containers.includes(one.id))
}
