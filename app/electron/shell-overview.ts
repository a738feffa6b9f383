import type { ProjectKey } from '../../shared/ids.ts'
import { byName, type ProjectSummary, type ProjectsEvent } from '../../shared/project.ts'

/** Called with a project's summary now and before; `after` is undefined when it was taken off the list. */
export type OverviewListener = (after: ProjectSummary | undefined, before: ProjectSummary | undefined) => void

/** The projects as the shell knows them: for the tray, notifications, and which ports a browser may be sent to. */
export class ShellOverview {
  private readonly known = new Map<ProjectKey, ProjectSummary>()
  private readonly listeners = new Set<OverviewListener>()

  onChange(listener: OverviewListener): void {
    this.listeners.add(listener)
  }

  projects(): ProjectSummary[] {
    return [...this.known.values()].sort(byName)
  }

  /** Ports of this computer where an environment is reached. */
  publishedPorts(): Set<number> {
    return new Set(this.projects().flatMap(({ ports }) => ports.map(({ host }) => host)))
  }

  /** Follows the engine's overview until that ends. */
  async follow(events: AsyncIterable<ProjectsEvent>): Promise<void> {
    for await (const event of events) {
      if (event.kind === 'all') for (const project of event.projects) this.set(project)
      else if (event.kind === 'changed') this.set(event.project)
      else this.remove(event.key)
    }
  }

  private set(project: ProjectSummary): void {
    const before = this.known.get(project.key)
    this.known.set(project.key, project)
    for (const listener of this.listeners) listener(project, before)
  }

  private remove(key: ProjectKey): void {
    const before = this.known.get(key)
    this.known.delete(key)
    for (const listener of this.listeners) listener(undefined, before)
  }
}
