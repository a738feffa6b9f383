import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { isProductError } from '../../shared/errors.ts'
import { ProjectKey } from '../../shared/ids.ts'
import { byName, type ProjectSummary, type ProjectsEvent } from '../../shared/project.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { listEnvironments } from '../container/read-environment.ts'
import { containerEvents } from '../docker/container-events.ts'
import type { Host } from '../host/host.ts'
import { Notifier } from '../host/notifier.ts'
import { ensureFolder } from '../store/home.ts'
import { projectsFolder, recordedFolder, recordedProjects } from '../store/project-records.ts'
import { DailyPinChecks } from './daily-pin-checks.ts'
import { ProjectSupervisor, type ProjectSupervisorDeps } from './project-supervisor.ts'
import type { RunningService } from './usage.ts'

/**
 * In milliseconds: how often the engine and running projects are refreshed, and how often everything is refreshed,
 * independently of events.
 */
const REFRESH_INTERVAL = 5_000
const FULL_REFRESH_INTERVAL = 30_000
/** In milliseconds: events within this time are handled together. */
const TOGETHER = 80
/** How many projects' files are read at the same time. */
const AT_ONCE = 16

/**
 * Keeps a summary of every project on the list for any number of watchers, and follows the definitions of running
 * environments. Events from the engine and from other processes only trigger a refresh; every summary comes from a
 * refresh.
 */
export class Overview {
  private readonly host: Host
  private readonly fault: (error: unknown) => void
  private readonly deps: ProjectSupervisorDeps
  private readonly pinChecks: DailyPinChecks
  private readonly tracked = new Map<ProjectKey, ProjectSupervisor>()
  private readonly listeners = new Set<Listener>()
  private readonly notifier = new Notifier()
  private readonly end = new AbortController()
  private readonly retry = new Notifier()
  private listening = new AbortController()
  /** What to refresh next: some projects, or all. */
  private dirty: Set<ProjectKey> | 'all' = 'all'
  private containers = new Map<string, EnvironmentContainer[]>()
  private files: FSWatcher | undefined
  private seenAll = false
  private looking: Promise<void> = Promise.resolve()
  private working: Promise<unknown> = Promise.resolve()

  /** `fault` receives unexpected errors. */
  constructor(host: Host, fault: (error: unknown) => void) {
    this.host = host
    this.fault = fault
    this.pinChecks = new DailyPinChecks(host)
    this.deps = {
      host,
      pinChecks: this.pinChecks,
      fault,
      onChanged: (tracked) => this.notifyListeners(tracked),
      requestRefresh: (key) => this.invalidate(key),
      isWatched: () => this.listeners.size > 0,
    }
  }

  /** Starts refreshing; `close` ends it. */
  start(): void {
    this.working = Promise.all([this.refreshLoop(), this.followEngineEvents(), this.watchProjectsFolder()])
  }

  async close(): Promise<void> {
    this.end.abort()
    this.files?.close()
    await this.working
    await Promise.all([
      this.pinChecks.close(),
      ...[...this.tracked.values()].map((tracked) => tracked.close()),
    ])
  }

  /** Yields all projects as last seen, then each project that changes. */
  async *watch(signal: AbortSignal): AsyncGenerator<ProjectsEvent> {
    const listener: Listener = { notifier: new Notifier(), changed: new Set(), removed: new Set() }
    this.listeners.add(listener)
    try {
      this.invalidate()
      // Opening a window does not wait for the engine.
      if (!this.seenAll) await this.refreshed()
      listener.changed.clear()
      listener.removed.clear()
      yield { kind: 'all', projects: this.summaries() }
      while (!signal.aborted) {
        for (const key of listener.removed) {
          listener.removed.delete(key)
          yield { kind: 'removed', key }
        }
        for (const key of listener.changed) {
          listener.changed.delete(key)
          const tracked = this.tracked.get(key)
          if (tracked) yield { kind: 'changed', project: tracked.summary }
        }
        if (listener.changed.size + listener.removed.size === 0) await listener.notifier.wait(signal)
      }
    } finally {
      this.listeners.delete(listener)
    }
  }

  /** Refreshes one project and returns it; undefined if it is not on the list. */
  async summary(key: ProjectKey): Promise<ProjectSummary | undefined> {
    this.invalidate(key)
    await this.refreshed()
    return this.tracked.get(key)?.summary
  }

  /** Notes that something may have changed, in one project or anywhere. */
  invalidate(key?: ProjectKey): void {
    if (key === undefined) this.dirty = 'all'
    else if (this.dirty !== 'all') this.dirty.add(key)
    this.notifier.notify()
  }

  /** The running containers of all projects on the list, as last seen. */
  running(): RunningService[] {
    return [...this.tracked.keys()].flatMap((project) =>
      (this.containers.get(project) ?? [])
        .filter(({ running }) => running)
        .map(({ id, service }) => ({ project, service, id })),
    )
  }

  /** Takes over the drift of a project that was just counted elsewhere. */
  setDrift(key: ProjectKey, changes: number): void {
    this.tracked.get(key)?.setDrift(changes)
  }

  private summaries(): ProjectSummary[] {
    const all = [...this.tracked.values()].map((tracked) => tracked.summary)
    return all.sort(byName)
  }

  /** Waits until everything that was invalidated so far has been refreshed. */
  private refreshed(): Promise<void> {
    this.looking = this.looking.then(() => this.refresh()).catch(this.fault)
    return this.looking
  }

  private async refreshLoop(): Promise<void> {
    const { signal } = this.end
    let last = 0
    while (!signal.aborted) {
      if (performance.now() - last > FULL_REFRESH_INTERVAL) this.dirty = 'all'
      if (this.dirty === 'all') last = performance.now()
      await this.refreshed()
      await this.notifier.wait(signal, REFRESH_INTERVAL)
      await new Promise((resolve) => setTimeout(resolve, TOGETHER))
    }
  }

  private async refresh(): Promise<void> {
    const { dirty } = this
    this.dirty = new Set()
    if (this.end.signal.aborted) return
    const before = this.containers
    const listed = await this.listContainers()
    if (listed) this.containers = listed
    const changed = [...new Set([...before.keys(), ...this.containers.keys()])].filter(
      (key) => !isDeepStrictEqual(before.get(key), this.containers.get(key)),
    )
    const due =
      dirty === 'all'
        ? await recordedProjects(this.host)
        : await this.recorded([...dirty, ...changed, ...this.busyKeys()])
    const found = new Map(due.map(({ key, path }) => [key, path]))
    for (const key of dirty === 'all' ? this.tracked.keys() : dirty) {
      if (found.get(key) !== this.tracked.get(key)?.folder) this.drop(key, !found.has(key))
    }
    for (let at = 0; at < due.length; at += AT_ONCE) {
      await Promise.all(
        due.slice(at, at + AT_ONCE).map(async ({ key, path }) => {
          const tracked = this.tracked.get(key) ?? new ProjectSupervisor(this.deps, key, path)
          this.tracked.set(key, tracked)
          await tracked.refresh(this.containers.get(key) ?? [], listed !== undefined)
        }),
      )
    }
    if (dirty === 'all') this.seenAll = true
  }

  /** The given projects that are on the list. */
  private async recorded(names: string[]): Promise<{ key: ProjectKey; path: string }[]> {
    const keys = [...new Set(names)].flatMap((name) => ProjectKey.safeParse(name).data ?? [])
    const folders = keys.map(async (key) => ({ key, path: await recordedFolder(this.host, key) }))
    return (await Promise.all(folders)).flatMap(({ key, path }) =>
      path === undefined ? [] : [{ key, path }],
    )
  }

  /** The projects with something running. */
  private busyKeys(): ProjectKey[] {
    return [...this.tracked.values()].filter((tracked) => tracked.isBusy).map(({ key }) => key)
  }

  private drop(key: ProjectKey, removed: boolean): void {
    const tracked = this.tracked.get(key)
    if (!tracked) return
    this.tracked.delete(key)
    void tracked.close()
    this.pinChecks.onStopped(key)
    if (!removed) return
    for (const listener of this.listeners) {
      listener.changed.delete(key)
      listener.removed.add(key)
      listener.notifier.notify()
    }
  }

  /** Undefined while no engine answers. */
  private async listContainers(): Promise<Map<string, EnvironmentContainer[]> | undefined> {
    try {
      return await listEnvironments(await this.host.engine())
    } catch (error) {
      if (isProductError(error)) return undefined
      throw error
    }
  }

  private notifyListeners(tracked: ProjectSupervisor): void {
    for (const listener of this.listeners) {
      listener.changed.add(tracked.key)
      listener.notifier.notify()
    }
  }

  /** The engine reports changed containers. If it does not, the periodic refresh still finds the changes. */
  private async followEngineEvents(): Promise<void> {
    const { signal } = this.end
    while (!signal.aborted) {
      const listening = AbortSignal.any([signal, this.listening.signal])
      try {
        await containerEvents(await this.host.engine(), (key) => this.onFolderEvent(key), listening)
      } catch {
        // The engine is down; its users report that. The engine may return at another address.
        this.host.disconnect()
      }
      this.invalidate()
      await this.retry.wait(signal, REFRESH_INTERVAL)
    }
  }

  /** Disconnects, because another engine was chosen. */
  changeEngine(): void {
    this.listening.abort()
    this.listening = new AbortController()
    this.retry.notify()
    this.invalidate()
  }

  /** Every writer of a project touches its folder, in whatever process. */
  private async watchProjectsFolder(): Promise<void> {
    const folder = projectsFolder(this.host)
    try {
      await ensureFolder(folder)
      if (this.end.signal.aborted) return
      this.files = watchFolder(folder, (_, name) => this.onFolderEvent(name ?? ''))
      this.files.on('error', () => this.files?.close())
    } catch {
      // The next periodic refresh finds the change.
    }
  }

  private onFolderEvent(name: string): void {
    const key = ProjectKey.safeParse(name)
    if (key.success) this.invalidate(key.data)
    else this.invalidate()
  }
}

interface Listener {
  notifier: Notifier
  changed: Set<ProjectKey>
  removed: Set<ProjectKey>
}
