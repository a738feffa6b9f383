import { type ErrorCode, isProductError } from '../../shared/errors.ts'
import type { OperationKind, Run } from '../../shared/operation.ts'
import { endLeftCommands } from '../container/command-leases.ts'
import { type EnvironmentContainer, entryFirst } from '../container/environment-container.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import { endLeftRuns } from '../container/run-leases.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import { enterEngine, leftText } from '../data/stacks/enter-engine.ts'
import { type CountedChanges, isUnsettled, settleData } from '../data/stacks/settle-data.ts'
import { labelOf } from '../data/volumes.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { listContainers, removeContainer, stopContainer } from '../docker/containers.ts'
import { listTags, removeTag } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { countedDataChanges, foldLedger } from '../history/fold-ledger.ts'
import { isBuildingTag, pointKnownGood, removeStrayNames, repositoryOf } from '../history/image-names.ts'
import { isWhole, readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import { asRecordedWriter, doing } from '../operation/recorded-writer.ts'
import { asOnlyWriter } from '../operation/writer-lock.ts'
import type { Project } from '../store/open-project.ts'
import { restoreFiles, resumeEnvironment } from './activate.ts'
import { readCurrentState } from './current-state.ts'
import { removeNetworks } from './set/remove-networks.ts'
import { removeOrStop } from './set/remove-or-stop.ts'
import { warn } from './set/start-container.ts'
import { clearIntent, type Intent, readIntent } from './write-ahead-intent.ts'

/**
 * Runs work as a project's only writer, after completing or reverting what a dead process left, and records it as an
 * operation. `work` has to report to the run that it is given.
 * Errors: `busy`.
 */
export function asWriter<T>(
  host: Host,
  project: Project,
  kind: OperationKind,
  run: Run,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  return asRecordedWriter(placeOf(host, project), kind, run, async (run) => {
    await reconcile(host, project, run).catch((error: unknown) => {
      // What the engine does not remove keeps nobody from stopping the rest.
      if (kind !== 'stop' || !isProductError(error, 'engine-refused')) throw error
      warn(run, 'What an earlier command left could not be put right')(error.why)
    })
    await endLeftCommands(host, project)
    await endLeftRuns(host, project)
    await warnOfGaps(host, project, run)
    return work(run)
  })
}

const placeOf = (host: Host, { key, name }: Project) => ({ folder: host.home.project(key), name })

/** Warns that lines of a project's ledger are left out. */
export async function warnOfGaps(host: Host, project: Project, run: Run): Promise<void> {
  const { unknown } = await readLedger(host.home.project(project.key))
  if (unknown === 0) return
  const lines = unknown === 1 ? '1 line of the history is' : `${unknown} lines of the history are`
  const text = `${lines} damaged, or of a newer Pristine, and left out; what the engine has counts instead.`
  run.report({ kind: 'warning', text })
}

/** Errors that postpone a repair; they prevent neither reading nor what needs no engine. */
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
 * The same repair for verbs that are no recorded writers. A process that is writing does it itself. If a swap was done
 * and only the replaced container may be left, it is not worth an operation.
 */
export async function repair(host: Host, project: Project, run: Run): Promise<void> {
  const folder = host.home.project(project.key)
  for (const end of [endLeftCommands, endLeftRuns]) {
    await end(host, project).catch((error: unknown) => {
      if (!isProductError(error)) throw error
    })
  }
  if (!(await readIntent(folder))) return
  const work = (run: Run) => reconcile(host, project, run)
  const repaired = isSwapped(host, project).then((swapped) =>
    swapped
      ? asOnlyWriter(folder, { what: doing('repair', project.name), repairs: true }, () => work(run))
      : asRecordedWriter(placeOf(host, project), 'repair', run, work, { repairs: true }),
  )
  await repaired.catch((error: unknown) => {
    if (!isProductError(error) || !DEFERRING_ERRORS.includes(error.code)) throw error
  })
}

/** Whether what is half done is a swap whose new containers became the current ones. */
async function isSwapped(host: Host, project: Project): Promise<boolean> {
  const { facts, history } = await readCurrentState(host, project)
  const intent = await readIntent(host.home.project(project.key))
  if (intent === undefined) return false
  return facts.containers.some((one) => isNew(intent, one) && history.containers.includes(one.id))
}

/** Whether a container is one that an intent was about to make. */
function isNew(intent: Intent, { name, set }: EnvironmentContainer): boolean {
  if (intent.kind === 'swap') return name === intent.green
  return intent.kind === 'swap-set' && (set === intent.set || name === intent.set)
}

/** The ids of the containers that ran before what an intent was about to do, and of those that it stops. */
function before(intent: Intent): { blue: string[]; stops: string[] } {
  switch (intent.kind) {
    case 'build':
    case 'stop':
      return { blue: [], stops: [] }
    case 'restart': {
      const ids = intent.stops ?? [intent.blue]
      return { blue: ids, stops: ids }
    }
    case 'swap': {
      const blue = intent.blue === undefined ? [] : [intent.blue]
      return { blue, stops: intent.stops ? blue : [] }
    }
    case 'swap-set':
      return { blue: intent.blue, stops: intent.stops }
  }
}

/**
 * Finishes or undoes what is half done: what was being built goes; of a swap, the new containers stay if they had become
 * the current ones, else they go and the old ones run again; of a restart, what was stopped runs again; a stop is
 * finished. Without an intent nothing is changed, also when it is repeated. Only for the project's writer.
 */
async function reconcile(host: Host, project: Project, run: Run): Promise<void> {
  const folder = host.home.project(project.key)
  const intent = await readIntent(folder)
  if (!intent) return settleLeftData(host, project, run)
  const { engine, facts, history } = await readCurrentState(host, project)
  const all = [...facts.containers, ...facts.leftovers]
  const isCurrent = ({ id }: EnvironmentContainer) => history.containers.includes(id)
  const isSwap = intent.kind === 'swap' || intent.kind === 'swap-set'
  const green = all.filter((one) => isNew(intent, one))
  // A version is in the ledger before it is started: if it is not, the ledger was lost and shows nothing about the
  // swap.
  const { versions } = foldLedger((await readLedger(folder)).events)
  const lost = green.length > 0 && !green.some((one) => versions.some(({ id }) => id === one.version))
  const undone = isSwap && !lost && !green.some(isCurrent)
  const { blue: ids, stops } = before(intent)
  const back = undone || intent.kind === 'restart'
  const blue = back ? all.filter(({ id }) => ids.includes(id)) : []
  const doomed = undone ? all.filter((one) => !blue.includes(one) && !isCurrent(one)) : facts.leftovers
  await removeDoomed(engine, doomed, run)
  await removeUnfinished(engine, project)
  await removeStrayNames(engine, project.key, history)
  const kept = all.filter((one) => !doomed.includes(one))
  await settle(engine, project, folder, kept, run)
  const sets = kept.flatMap(({ set }) => set ?? [])
  await removeNetworks(engine, project, sets)
  if (undone) await restorePlacedFiles(host, project, engine, all.filter(isCurrent), run)
  const stopped = blue.filter(({ id, running }) => stops.includes(id) || !running)
  const isWholeRestart = intent.kind === 'restart' && intent.stops === undefined
  const stopping =
    intent.kind === 'stop'
      ? facts.containers
      : isWholeRestart
        ? facts.containers.filter(() => blue.length > 0)
        : stopped
  for (const one of stopping) if (one.running) await finishStop(engine, one, run)
  if (stopped.length > 0) {
    const again = isWholeRestart ? facts.containers : stopped
    await restartPrevious(host, project, environmentOf(facts, blue), again, run)
  }
  await pointKnownGood(engine, project.key, history)
  await removeMountPoints(engine, host.home, project)
  await clearIntent(folder)
}

/**
 * Removes what is not wanted. One that the engine only stops keeps nobody from starting the others: a later command removes
 * it. Error: `engine-refused` for one that may run.
 */
async function removeDoomed(engine: Engine, doomed: EnvironmentContainer[], run: Run): Promise<void> {
  const removals = doomed.map(async ({ id, name }) => {
    const put = await removeOrStop(engine, id)
    if (put.kind === 'stopped') warn(run, `${name} could not be removed, and is stopped`)(put.why)
  })
  await Promise.all(removals)
}

/** A change of the data that could not be recorded, and volumes that were still used, are left without an intent. */
async function settleLeftData(host: Host, project: Project, run: Run): Promise<void> {
  const folder = host.home.project(project.key)
  // What is not readable is reported where it is needed.
  if (!(await isUnsettled(folder).catch(() => false))) return
  const { engine, facts } = await readCurrentState(host, project)
  await settle(engine, project, folder, facts.containers, run)
}

/** A record that cannot be read or written must not keep anybody from stopping or removing an environment. */
async function settle(
  engine: Engine,
  { key }: Project,
  folder: string,
  containers: EnvironmentContainer[],
  run: Run,
): Promise<void> {
  const ledger = await readLedger(folder)
  const counted: CountedChanges = {
    carried: containers.map(({ data }) => data),
    ledger: countedDataChanges(ledger.events),
    ledgerIsWhole: isWhole(ledger),
  }
  try {
    const { left } = await enterEngine({ engine, folder })
    if (left.length > 0)
      run.report({
        kind: 'warning',
        text: leftText(left.map((name) => labelOf(key, { name })).join(', ')),
      })
    const kept = await settleData({ engine, key, folder }, counted)
    if (kept === undefined) return
    const text = `Whether the last change of the data counts is not known. The data is that of before; what the change made is the snapshot ${kept}.`
    run.report({ kind: 'warning', text })
  } catch (error) {
    if (!isProductError(error) || !PASSED_ERRORS.includes(error.code)) throw error
    run.report({ kind: 'warning', text: `${error.message} ${error.hint}` })
  }
}

const PASSED_ERRORS: ErrorCode[] = ['data-record-unreadable', 'storage-failed', 'disk-full']

type Found = Pick<EnvironmentFacts, 'containers' | 'version'>

/** The environment that the old containers are of: a lost history names none of them. */
function environmentOf(facts: EnvironmentFacts, blue: EnvironmentContainer[]): Found {
  if (blue.every((one) => facts.containers.includes(one))) return facts
  const containers = entryFirst(blue)
  const [first] = containers
  return { containers, ...(first && { version: first.version }) }
}

/** What a build had not finished: the containers that bake, and the names of images that were not whole. */
export async function removeUnfinished(engine: Engine, project: Project): Promise<void> {
  const repository = repositoryOf(project.key)
  const [bakes, tags] = await Promise.all([
    listContainers(engine, [`${LABEL.project}=${project.key}`, `${LABEL.role}=bake`]),
    listTags(engine, repository),
  ])
  await Promise.all(bakes.map((container) => removeContainer(engine, container.Id)))
  for (const tag of [...tags.keys()].filter(isBuildingTag)) await removeTag(engine, `${repository}:${tag}`)
}

/** The engine completes a stop even if the client died; only a finished stop shows that. */
async function finishStop(engine: Engine, container: EnvironmentContainer, run: Run): Promise<void> {
  await stopContainer(engine, container.id).catch((error: unknown) => {
    if (!isProductError(error, 'engine-refused')) throw error
    run.report({ kind: 'warning', text: `${container.name} could not be stopped: ${error.why}` })
  })
}

/** What was put into the person's folder for the new container gives way to what the current one's version has there. */
async function restorePlacedFiles(
  host: Host,
  project: Project,
  engine: Engine,
  containers: EnvironmentContainer[],
  run: Run,
): Promise<void> {
  try {
    await restoreFiles(host, project, { engine, containers }, run)
  } catch (error) {
    if (isProductError(error, 'cancelled') || isProductError(error, 'engine-unreachable')) throw error
    const problem = error instanceof Error ? error.message : String(error)
    run.report({ kind: 'warning', text: `Files in the folder could not be restored: ${problem}` })
  }
}

/** An environment that cannot be restarted is reported and left to the person: it must not block every verb. */
async function restartPrevious(
  host: Host,
  project: Project,
  facts: Found,
  stopped: EnvironmentContainer[],
  run: Run,
): Promise<void> {
  try {
    const ids = stopped.map(({ id }) => id)
    await resumeEnvironment(host, project, facts, ids, run)
  } catch (error) {
    if (isProductError(error, 'cancelled') || isProductError(error, 'engine-unreachable')) throw error
    const problem = error instanceof Error ? error.message : String(error)
    const names = stopped.map(({ name }) => name).join(', ')
    const are = stopped.length === 1 ? 'is' : 'are'
    run.report({
      kind: 'warning',
      text: `${names} could not be started again, and ${are} stopped: ${problem}`,
    })
  }
}
