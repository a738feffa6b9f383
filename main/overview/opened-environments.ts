import type { ProjectKey } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { readProject } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import { openRecorded } from '../store/project-records.ts'
import { stop } from '../verbs/stop.ts'

/** The environments that were started in this app, for those that are to end with it (`shutdownAction`). */
export class OpenedEnvironments {
  private readonly keys = new Set<ProjectKey>()

  onStarted(key: ProjectKey): void {
    this.keys.add(key)
  }

  /** It was stopped or removed; whoever starts it again elsewhere keeps it. */
  onStopped(key: ProjectKey): void {
    this.keys.delete(key)
  }

  /**
   * Stops those whose definition has `"shutdownAction": "stopContainer"` today, all at once; nothing is removed. One that
   * cannot be stopped runs on, and `fault` receives the reason.
   */
  async stopAll(host: Host, run: Run, fault: (error: unknown) => void): Promise<void> {
    const stopping = [...this.keys].map(async (key) => {
      const project = await openRecorded(host, key)
      const { definition } = await readProject(host.env, project, undefined)
      if (definition.stopsWithApp) await stop(host, project, run)
    })
    for (const result of await Promise.allSettled(stopping))
      if (result.status === 'rejected') fault(result.reason)
  }
}
