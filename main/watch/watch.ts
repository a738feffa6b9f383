import { isDeepStrictEqual } from 'node:util'
import { canonical } from '../../shared/canonical.ts'
import { isProductError, productError, reportOf } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { OperationEvent, Run } from '../../shared/operation.ts'
import type { Plan } from '../../shared/plan.ts'
import type { WatchState } from '../../shared/watch.ts'
import { openSessions } from '../docker/exec/exec.ts'
import { type PlannedChange, planChange, type UpOptions } from '../environment/planned-change.ts'
import { unfinishedGit } from '../git/git-folder.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/silent-run.ts'
import { currentHolder } from '../operation/writer-lock.ts'
import { loadPlan } from '../plan/plan-store.ts'
import { ensureFolder } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { TRUST_FILE } from '../trust/trust-record.ts'
import { initializeOnly, upTo } from '../verbs/up.ts'
import { buildUnlessSuperseded } from './build-unless-superseded.ts'
import { watchExternalChanges } from './external-changes.ts'
import { runWatched } from './run-watched.ts'
import { type ChangeWatcher, PACE, type Pace, watchChanges } from './watch-changes.ts'
import { foldersOutsideWatch } from './watched-folders.ts'

/** The callbacks of a watch: `signal` ends it, `report` receives the events of its operations. */
export interface Watcher {
  signal: AbortSignal
  report(event: OperationEvent): void
  onState(state: WatchState): void
  /** Called with the version that the definition wants, whenever it was read. */
  onWanted?(version: { id: VersionId; ordinal: number }): void
  /** Called at the end of each check and of what it led to; `began` is a time of `performance.now()`. */
  onChecked?(began: number): void
  /** `PACE` unless given. */
  pace?: Pace
}

/**
 * Follows a definition until `signal` aborts: on a change that makes another version it builds that version while the
 * environment runs and swaps it in, or does what the definition's `apply` says. Only a new version counts, and a folder that
 * was deleted and made again: a person's reset stays until the definition changes again, and other values of this computer
 * change nothing. An environment that does not run is not started.
 * A failure is reported, and never ends the watch.
 */
export async function watch(
  host: Host,
  project: Project,
  options: UpOptions,
  watcher: Watcher,
): Promise<void> {
  const external = new AbortController()
  const { pace = PACE } = watcher
  const changes = await watchChanges(project, pace, (problem) => {
    const every = pace.poll / 1000
    const text = `The system does not report changed files (${problem}); Pristine checks them every ${every} s instead.`
    watcher.report({ kind: 'warning', text })
  })
  try {
    // A folder that does not exist cannot be watched.
    await ensureFolder(host.home.layers)
    changes.trigger()
    const watch = new Watch(host, project, options, watcher, changes)
    watchExternalChanges(host, project, (file) => watch.onExternalChange(file), external.signal)
    await watch.follow()
  } finally {
    external.abort()
    await changes.close()
  }
}

/** What to do next: wait for a change, look again at once, or after so many milliseconds. */
type Next = 'wait' | 'again' | number

class Watch {
  private readonly host: Host
  private readonly project: Project
  private readonly options: UpOptions
  private readonly watcher: Watcher
  private readonly changes: ChangeWatcher
  private readonly pace: Pace
  /** The version that was acted on, whatever came of it. */
  private handled: VersionId | undefined
  /** The version whose image was refused, with the refusal. */
  private refused: { version: VersionId; error: unknown } | undefined
  /** The `initializeCommand` that was run here last. */
  private initialized: string | undefined
  /** What was wanted at the last look at files that did not settle. */
  private unsettled: VersionId | undefined
  /** What was offered last, and what ran then. */
  private offer: { version: VersionId; environment: string } | undefined
  private begun = false
  private emitted: WatchState | undefined

  constructor(host: Host, project: Project, options: UpOptions, watcher: Watcher, changes: ChangeWatcher) {
    this.host = host
    this.project = project
    this.options = options
    this.watcher = watcher
    this.changes = changes
    this.pace = watcher.pace ?? PACE
  }

  /** Something was granted or taken back, or happened to the environment. */
  onExternalChange(file: string): void {
    if (file === TRUST_FILE) this.refused = undefined
    this.changes.trigger()
  }

  async follow(): Promise<void> {
    const { signal } = this.watcher
    let next: Next = 'wait'
    while (!signal.aborted) {
      if (typeof next === 'number') await this.elapsed(next)
      const settled: boolean = next === 'again' || (await this.changes.waitUntilSettled(signal))
      if (signal.aborted) return
      const began = performance.now()
      next = await this.act(settled).catch((error: unknown) => this.failed(error))
      this.watcher.onChecked?.(began)
    }
  }

  /** Waits so long, or less if something changes. */
  private async elapsed(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => this.changes.trigger(), milliseconds)
    await this.changes.nextChange(this.watcher.signal)
    clearTimeout(timer)
  }

  private async act(settled: boolean): Promise<Next> {
    await this.changes.renew()
    const doing = await unfinishedGit(this.project)
    if (doing !== undefined) {
      this.emit({ kind: 'git', doing })
      return this.pace.soon
    }
    const plannedChange = await planChange(this.host, this.project, this.options, this.quiet())
    const folders = foldersOutsideWatch(this.project, plannedChange.planned)
    this.changes.watchFolders(folders.add(this.host.home.layers))
    const wanted = plannedChange.planned.id
    this.watcher.onWanted?.({ id: wanted, ordinal: plannedChange.ordinal })
    const before = this.unsettled
    this.unsettled = wanted
    if (!settled && wanted !== before) return 'wait'
    return this.apply(plannedChange).catch((error: unknown) => {
      if (isProductError(error, 'not-trusted')) this.refused = { version: wanted, error }
      else if (!isPassing(error)) this.handled = wanted
      throw error
    })
  }

  private async apply(plannedChange: PlannedChange): Promise<Next> {
    const { change, ordinal, because, current, planned } = plannedChange
    const { facts, history } = current
    const wanted = planned.id
    const environment = facts.containers.map(({ id }) => id).join()
    const chosen = history.chosen !== undefined && history.chosen === facts.version
    // A reset away from the wanted version rejects it, even if it came and went since the last check.
    if (chosen && (!this.begun || history.left === wanted)) this.handled = wanted
    this.begun = true
    const runsWanted = facts.version === wanted && facts.state === 'ready'
    // The environment holds a folder that is gone.
    const isElsewhere = runsWanted && facts.replacedFolder !== undefined
    // Other values of this computer make no other version: the app often lacks those that a shell has.
    if (change.kind === 'none' || (runsWanted && change.kind === 'recreate')) this.handled = wanted
    const { apply } = planned.definition
    // An offered version may be applied at once when `apply` changes, unless somebody chose otherwise meanwhile.
    if (apply !== 'ask' && isDeepStrictEqual(this.offer, { version: wanted, environment })) {
      this.handled = undefined
      this.offer = undefined
    }
    if (this.handled === wanted && !isElsewhere) {
      const stays = this.emitted?.kind === 'failed' || this.emitted?.kind === 'offered'
      if (change.kind === 'none' || !stays) this.emit({ kind: 'following' })
      return 'wait'
    }
    const running = facts.state !== 'absent' && facts.state !== 'stopped' && facts.state !== 'paused'
    if (!running && change.kind === 'start') {
      this.emit({ kind: 'following' })
      return 'wait'
    }
    if (!running || apply === 'off') {
      this.emit({ kind: 'changed', ordinal, because })
      return 'wait'
    }
    // It would be built once more, only to be refused.
    if (this.refused?.version === wanted) throw this.refused.error
    // The state must not change to and fro while another writer is at work.
    const holder = await currentHolder(this.host.home.project(this.project.key))
    if (holder && !holder.repairs) throw productError('busy', holder)
    if ((change.kind === 'build' || apply === 'auto') && (await this.initialize(plannedChange)))
      return 'again'
    if (change.kind === 'build') {
      this.emit({ kind: 'building', ordinal, because })
      const { host, project, options, watcher, changes } = this
      await buildUnlessSuperseded({ host, project, options, watcher, changes }, planned)
      return 'again'
    }
    if (apply === 'ask') {
      this.handled = wanted
      this.offer = { version: wanted, environment }
      this.emit({ kind: 'offered', ordinal, because })
      return 'wait'
    }
    const open = await Promise.all(facts.containers.map(({ id }) => openSessions(current.engine, id)))
    const sessions = open.reduce((sum, count) => sum + count, 0)
    if (sessions > 0) {
      this.emit({ kind: 'waiting', ordinal, because, sessions })
      return this.pace.soon
    }
    this.emit({ kind: 'swapping', ordinal, because })
    const swapped = await this.runOperation((run) => upTo(this.host, this.project, wanted, this.options, run))
    if (!swapped) return 'again'
    this.handled = wanted
    // Since it runs, more may be known of why it came.
    this.emit({ kind: 'swapped', ordinal, because: swapped.because.length > 0 ? swapped.because : because })
    return 'wait'
  }

  /**
   * Runs an `initializeCommand` that is another one than that of what runs. Only then: what it writes may make another
   * version each time, and a watch would never end.
   */
  private async initialize({ planned, current }: PlannedChange): Promise<boolean> {
    const wanted = initializeCommandsOf(planned.plan)
    const { version } = current.facts
    const running = version && (await loadPlan(this.host.home, version))
    this.initialized ??= running && initializeCommandsOf(running)
    if (wanted === NO_COMMAND || wanted === this.initialized) return false
    await this.runOperation((run) => initializeOnly(this.host, this.project, this.options, run))
    this.initialized = wanted
    return true
  }

  private failed(error: unknown): Next {
    if (this.watcher.signal.aborted) return 'wait'
    if (isProductError(error, 'busy')) {
      this.emit({ kind: 'busy', what: String(error.data['what']) })
      return this.pace.soon
    }
    this.emit({ kind: 'failed', error: reportOf(error) })
    return isPassing(error) ? this.pace.later : 'wait'
  }

  private emit(state: WatchState): void {
    const known = state.kind === 'following' && this.emitted?.kind === 'swapped'
    if (known || JSON.stringify(state) === JSON.stringify(this.emitted)) return
    this.emitted = state
    this.watcher.onState(state)
  }

  /** Does work that can be cancelled by its operation's id; then the next change is the next try. */
  private runOperation<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return runWatched(this.host, this.watcher, work)
  }

  private quiet() {
    return { ...silentRun(), signal: this.watcher.signal }
  }
}

const initializeCommandsOf = ({ services }: Plan): string =>
  canonical(services.map(({ run }) => run.initializeCommand ?? null).filter(Boolean))
const NO_COMMAND = canonical([])

/** What no watched file shows when it goes away: an engine that is down, another writer, a folder that is not there. */
const isPassing = (error: unknown): boolean =>
  isProductError(error) &&
  (error.code === 'busy' || error.code === 'project-missing' || error.code.startsWith('engine-'))
