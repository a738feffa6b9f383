import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { type EnvironmentContainer, entryFirst } from '../container/environment-container.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { stopContainer } from '../docker/containers.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { restoreFiles, resumeEnvironment } from './activate.ts'

type Found = Pick<EnvironmentFacts, 'containers' | 'version'>

/** The environment of the old containers, which a lost history does not name. */
export function environmentOf(facts: EnvironmentFacts, blue: EnvironmentContainer[]): Found {
  if (blue.every((one) => facts.containers.includes(one))) return facts
  const containers = entryFirst(blue)
  const [first] = containers
  return { containers, ...(first && { version: first.version }) }
}

/** Finishes a stop: the engine completes it even if the client died, but only a finished stop shows that. */
export async function finishStop(engine: Engine, container: EnvironmentContainer, run: Run): Promise<void> {
  await stopContainer(engine, container.id).catch((error: unknown) => {
    if (!isProductError(error, 'engine-refused')) throw error
    run.report({ kind: 'warning', text: `${container.name} could not be stopped: ${error.why}` })
  })
}

/** Replaces what was put into the person's folder for the new container with what the current version has there. */
export async function restorePlacedFiles(
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

/**
 * Restarts the previous containers. If that fails, it is reported and left to the person: it must not block every verb.
 */
export async function restartPrevious(
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
