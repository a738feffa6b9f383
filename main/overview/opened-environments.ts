import type { Environment } from '../../shared/environment.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { UpResult } from '../../shared/result.ts'
import { readProject } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import { openRecorded } from '../store/project-records.ts'
import { stop } from '../verbs/stop.ts'

/** The environments that were started in this app, for those that are to end with it (`shutdownAction`). */
export class OpenedEnvironments {
  private readonly keys = new Set<ProjectKey>()

  /**
   * Waits for an operation that starts an environment, and counts it then: not where the operation fails, or finds that it
   * runs already. Errors: those of the operation.
   */
  async starting(key: ProjectKey, operation: Promise<UpResult | Environment>): Promise<void> {
    const result = await operation
    if (!('action' in result) || result.action !== 'none') this.keys.add(key)
  }

  /**
   * Waits for an operation that stops or removes an environment; whoever starts it again elsewhere keeps it.
   * Errors: those of the operation.
   */
  async stopping(key: ProjectKey, operation: Promise<unknown>): Promise<void> {
    await operation
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
