import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isProductError, reportOf } from '../../shared/errors.ts'
import type { OperationId, ProjectKey, VersionId } from '../../shared/ids.ts'
import type { OperationKind } from '../../shared/operation.ts'
import type { ProjectSummary } from '../../shared/project.ts'
import type { WatchState } from '../../shared/watch.ts'
import { describeServices, type PlannedServices, withDrift } from '../container/describe-environment.ts'
import { type EnvironmentContainer, isOf } from '../container/environment-container.ts'
import { type EnvironmentFacts, failedChecks, settledFacts } from '../container/read-environment.ts'
import { lacksDefinition } from '../definition/devcontainer/find-definition.ts'
import { plannedServices } from '../environment/show-environment.ts'
import type { Host } from '../host/host.ts'
import { StepCounter } from '../operation/count-steps.ts'
import { watchOperation } from '../operation/watch-operation.ts'
import type { Project } from '../store/open-project.ts'
import { needsTrust } from '../trust/needs-trust.ts'
import { countDriftOf, type DriftCount, totalDrift } from '../verbs/drift/count-drift.ts'
import { type Watcher, watch } from '../watch/watch.ts'
import type { DailyPinChecks } from './daily-pin-checks.ts'
import { DriftScanQueue } from './drift-scan-queue.ts'
import { type ProjectState, ProjectStateReader } from './project-state.ts'

/** What a tracked project needs from the overview. */
export interface ProjectSupervisorDeps {
  host: Host
  pinChecks: DailyPinChecks
  /** Receives unexpected errors. */
  fault(error: unknown): void
  /** Called when the summary has changed. */
  onChanged(project: ProjectSupervisor): void
  /** Requests another refresh. */
  requestRefresh(key: ProjectKey): void
  /** Whether anybody watches it. */
  isWatched(): boolean
}

/** In milliseconds: the minimum time between two counts of the drift of the same environment. */
const DRIFT_INTERVAL = 4_000
/** In milliseconds: how often the step of an operation is reported. */
const STEP_INTERVAL = 100

const counts = new DriftScanQueue()

/** One project of the overview: its last state, and the watch and operation that are followed. */
export class ProjectSupervisor {
  readonly key: ProjectKey
  readonly folder: string
  private readonly deps: ProjectSupervisorDeps
  private readonly states: ProjectStateReader
  private current: ProjectSummary
  private emitted = ''
  private operation: { id: OperationId; end: AbortController } | undefined
  private following: { end: AbortController; ended: Promise<void> } | undefined
  /** The version that the definition wants, while it is followed. */
  private wanted: { id: VersionId; ordinal: number } | undefined
  /** The last or current count, and when the next one is due. */
  private drift: { container: string; due: number; found?: DriftCount } | undefined
  /** What the plan of the running version specifies for its services. */
  private planned: { version: VersionId; services: Promise<PlannedServices> } | undefined

  constructor(deps: ProjectSupervisorDeps, key: ProjectKey, folder: string) {
    this.deps = deps
    this.key = key
    this.folder = folder
    this.states = new ProjectStateReader(deps.host, key, folder)
    this.current = {
      key,
      path: folder,
      name: path.basename(folder) || 'root',
      branch: null,
      state: 'absent',
      version: null,
      marked: null,
      ports: [],
      services: [],
      operation: null,
      failure: null,
      needsTrust: false,
      lacksDefinition: false,
      watch: null,
      chosen: null,
      drift: null,
      failedChecks: null,
      newerPins: [],
    }
  }

  get summary(): ProjectSummary {
    return this.current
  }

  /** Whether there is activity that files show before the engine does. */
  get isBusy(): boolean {
    return this.current.operation !== null || this.following !== undefined
  }

  /** Reads the files and combines them with what the engine lists. `known`: whether the engine could be asked. */
  async refresh(containers: EnvironmentContainer[], known: boolean): Promise<void> {
    const read = await this.states.read()
    const { history, project } = read
    const { host } = this.deps
    const own = containers.filter(isOf(this.folder))
    const home = host.home.project(this.key)
    const facts = history && (await settledFacts(host.engine, home, own, history, read.start))
    const record = history?.versions.find(({ id }) => id === facts?.version)
    const state = project ? stateOf(read, facts?.state, known) : 'missing'
    if (read.running) this.followOperation(read.running)
    this.change({
      branch: read.branch,
      state,
      version: record
        ? {
            id: record.id,
            ordinal: record.ordinal,
            knownGood: record.id === history?.knownGood,
            ...(record.layerOn && { layer: true }),
          }
        : null,
      marked: history?.versions.find(({ id }) => id === history.marked)?.ordinal ?? null,
      chosen:
        record && this.wanted && history?.chosen === record.id && this.wanted.id !== record.id
          ? { wanted: this.wanted.ordinal }
          : null,
      ports: (facts?.containers ?? []).flatMap(({ ports }) =>
        ports.map(({ container, host, scheme, opens }) => ({
          container,
          host,
          ...(scheme && { scheme }),
          ...(opens && { opens }),
        })),
      ),
      services: facts
        ? withDrift(describeServices(facts, await this.planOf(facts)), this.drift?.found ?? null)
        : [],
      failure: read.failure,
      failedChecks: facts?.state === 'unhealthy' ? failedChecks(facts.containers) : null,
      newerPins: read.newerPins,
      lacksDefinition: project !== undefined && state === 'absent' && (await lacksDefinition(project)),
      needsTrust: needsTrust(read.trust, read.failure?.error ?? refusalOf(this.current.watch)),
      ...(!read.running && { operation: null }),
    })
    if (read.running || !known) return
    const runs = project !== undefined && facts?.containers.some(({ running }) => running) === true
    if (runs && !this.following) this.follow(project)
    else if (!runs) await this.unfollow()
    if (runs) this.deps.pinChecks.onRunning(project)
    else this.deps.pinChecks.onStopped(this.key)
    this.countDrift(runs ? (facts?.containers ?? []) : [])
  }

  async close(): Promise<void> {
    this.operation?.end.abort()
    this.drift = undefined
    await this.unfollow()
  }

  /** A version's plan never changes, and may be large. */
  private planOf(facts: EnvironmentFacts): Promise<PlannedServices> {
    const { version } = facts
    if (version === undefined) return Promise.resolve(undefined)
    if (this.planned?.version !== version)
      // What cannot be read is not shown.
      this.planned = {
        version,
        services: plannedServices(this.deps.host.home, facts).catch(() => undefined),
      }
    return this.planned.services
  }

  private change(change: Partial<ProjectSummary>): void {
    this.current = { ...this.current, ...change }
    const text = JSON.stringify(this.current)
    if (text === this.emitted) return
    this.emitted = text
    this.deps.onChanged(this)
  }

  private follow(project: Project): void {
    const end = new AbortController()
    const { signal } = end
    const emit = (state: WatchState) => {
      if (signal.aborted) return
      this.change({ watch: state })
      if (refusalOf(state)) this.deps.requestRefresh(this.key)
    }
    const wants: Watcher['onWanted'] = (version) => {
      if (signal.aborted || isDeepStrictEqual(version, this.wanted)) return
      this.wanted = version
      this.deps.requestRefresh(this.key)
    }
    const ended = watch(
      this.deps.host,
      project,
      { frozen: false },
      { signal, report: () => {}, onState: emit, onWanted: wants },
    )
      .catch((error: unknown) => emit({ kind: 'failed', error: reportOf(error) }))
      .then(() => {
        if (this.following?.end === end) this.following = undefined
      })
    this.following = { end, ended }
  }

  private async unfollow(): Promise<void> {
    const { following } = this
    this.following = undefined
    following?.end.abort()
    await following?.ended
    this.wanted = undefined
    this.change({ watch: null, chosen: null })
  }

  private followOperation({ id, kind }: { id: OperationId; kind: OperationKind }): void {
    if (this.operation?.id === id) return
    this.operation?.end.abort()
    const end = new AbortController()
    this.operation = { id, end }
    this.change({ operation: { id, kind, step: null, steps: { begun: 0, all: null } } })
    void this.readSteps(id, kind, end.signal).catch((error: unknown) => {
      // A recording that is gone has no steps.
      if (!isProductError(error, 'operation-unknown')) this.deps.fault(error)
    })
  }

  private async readSteps(id: OperationId, kind: OperationKind, signal: AbortSignal): Promise<void> {
    const count = new StepCounter()
    let undoing = false
    const emit = () =>
      this.change({
        operation: { id, kind, step: count.step, steps: count.steps, ...(undoing && { undoing: true }) },
      })
    let timer: NodeJS.Timeout | undefined
    const folder = this.deps.host.home.project(this.key)
    try {
      for await (const { event } of watchOperation(folder, id, 0, signal)) {
        if (event.kind === 'undoing') undoing = true
        else if (event.kind === 'step') count.add(event)
        else continue
        timer ??= setTimeout(() => {
          timer = undefined
          if (!signal.aborted) emit()
        }, STEP_INTERVAL)
      }
    } finally {
      clearTimeout(timer)
      if (this.operation?.id === id) this.operation = undefined
      this.deps.requestRefresh(this.key)
    }
  }

  /** Takes over the drift that was just counted elsewhere. */
  setDrift(changes: number): void {
    if (this.drift) this.change({ drift: changes })
  }

  /** Counts the drift while it is displayed: at once for a new container, periodically for the same one. */
  private countDrift(containers: EnvironmentContainer[]): void {
    const container = containers.map(({ id }) => id).join()
    if (container !== this.drift?.container) {
      this.drift = undefined
      this.change({ drift: null })
    }
    if (container === '' || !this.deps.isWatched()) return
    if (this.drift && performance.now() < this.drift.due) return
    const again = this.drift !== undefined
    const own: typeof this.drift = { ...this.drift, container, due: Number.POSITIVE_INFINITY }
    this.drift = own
    const count = async () => {
      if (this.drift !== own) return
      const found = await this.deps.host
        .engine()
        .then((engine) => countDriftOf(engine, this.deps.host.home.project(this.key), { containers }))
        // A container that disappears meanwhile has no drift, and the next refresh shows that.
        .catch(() => undefined)
      own.due = performance.now() + DRIFT_INTERVAL
      if (!found || this.drift !== own) return
      own.found = found
      this.change({ drift: totalDrift(found), services: withDrift(this.current.services, found) })
    }
    if (again) counts.recount(count)
    else void counts.countFirst(count)
  }
}

/** The permissions that a watch was refused. */
const refusalOf = (state: WatchState | null) =>
  state?.kind === 'failed' && state.error.code === 'not-trusted' ? state.error : undefined

/** While the engine cannot be reached, the history shows the last known state. */
function stateOf(
  { history }: ProjectState,
  state: ProjectSummary['state'] | undefined,
  known: boolean,
): ProjectSummary['state'] {
  if (!history || state === undefined) return 'unreadable'
  if (known) return state
  return history.containers.length > 0 ? 'stopped' : 'absent'
}
