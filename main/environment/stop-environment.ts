import type { Run } from '../../shared/operation.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { launchOfEnvironment } from './image/launch-version.ts'
import { stopSet } from './set/stop-set.ts'

/**
 * Stops the given containers of an environment, each service before those that it needs. They are stopped whatever is
 * known about them. Errors: those of the engine.
 */
export async function stopEnvironment(
  host: Host,
  project: Project,
  facts: Pick<EnvironmentFacts, 'containers' | 'version'>,
  ids: readonly string[],
  run: Run,
): Promise<void> {
  const containers = facts.containers.filter(({ id }) => ids.includes(id))
  const launch =
    containers.length > 1 ? await launchOfEnvironment(host, project, facts).catch(() => undefined) : undefined
  await stopSet(await host.engine(), containers, launch ? [launch, ...launch.others] : [], run)
}
