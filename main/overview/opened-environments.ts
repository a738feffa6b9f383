import type { Environment } from '../../shared/environment.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { UpResult } from '../../shared/result.ts'
import { listEnvironments } from '../container/read-environment.ts'
import { entriesOfContainer } from '../definition/devcontainer/image-metadata.ts'
import { readProject } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import { openRecorded } from '../store/project-records.ts'
import { stop } from '../verbs/stop.ts'

/** Keeps which environments were started in this app, for those that stop with it (`shutdownAction`). */
export class OpenedEnvironments {
  private readonly keys = new Set<ProjectKey>()

  /**
   * Waits for an operation that starts an environment, and then notes the environment, unless the operation fails or
   * finds it already running. Errors: those of the operation.
   */
  async starting(key: ProjectKey, operation: Promise<UpResult | Environment>): Promise<void> {
    const result = await operation
    if (!('action' in result) || result.action !== 'none') this.keys.add(key)
  }

  /**
   * Waits for an operation that stops or removes an environment, and then forgets the environment: a later start
   * elsewhere keeps it running.
   * Errors: those of the operation.
   */
  async stopping(key: ProjectKey, operation: Promise<unknown>): Promise<void> {
    await operation
    this.keys.delete(key)
  }

  /**
   * Stops the environments whose definition currently has `"shutdownAction": "stopContainer"`, or leaves it to its image
   * whose label has it, all at once; removes nothing. An environment that cannot be stopped keeps running, and `fault` receives the reason.
   */
  async stopAll(host: Host, run: Run, fault: (error: unknown) => void): Promise<void> {
    const stopping = [...this.keys].map(async (key) => {
      const project = await openRecorded(host, key)
      const { definition } = await readProject(host.env, project, undefined)
      if (definition.stopsWithApp ?? (await stopsByLabel(host, key))) await stop(host, project, run)
    })
    for (const result of await Promise.allSettled(stopping))
      if (result.status === 'rejected') fault(result.reason)
  }
}

/** What the label `devcontainer.metadata` of the container says, in which an image's entries stand: the last one counts. */
async function stopsByLabel(host: Host, key: ProjectKey): Promise<boolean> {
  const containers = (await listEnvironments(await host.engine())).get(key) ?? []
  const entry = containers.find(({ isEntry }) => isEntry !== false)
  const actions = entriesOfContainer(entry?.metadata).map((one) => one['shutdownAction'])
  const action = actions.findLast((one) => one !== undefined)
  return action === (entry?.set === undefined ? 'stopContainer' : 'stopCompose')
}
