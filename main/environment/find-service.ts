import { productError } from '../../shared/errors.ts'
import { describeServices, hasServices } from '../container/describe-environment.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { plannedServices } from './show-environment.ts'

/**
 * The service that a command is for. Undefined means the one that a person works in, or all, depending on the command.
 */
export type ServiceName = string | undefined

/**
 * The container of a service of an environment; without a name, the one that a person works in.
 * Errors: `environment-not-running` if there is no environment, `service-unknown`, `service-missing`.
 */
export async function findService(
  home: Home,
  project: Project,
  facts: EnvironmentFacts,
  service: ServiceName,
): Promise<EnvironmentContainer> {
  const { containers } = facts
  const [first] = containers
  if (!first) throw productError('environment-not-running', { name: project.name })
  if (!hasServices(facts)) {
    if (service === undefined) return first
    throw productError('service-unknown', { service, services: [] })
  }
  const wanted = service ?? first.entry
  const found = containers.find((one) => (wanted === undefined ? one.isEntry : one.service === wanted))
  if (found) return found
  const services = describeServices(facts, await plannedServices(home, facts)).map(({ name }) => name)
  if (service === undefined || services.includes(service))
    throw productError('service-missing', { service: wanted ?? first.name })
  throw productError('service-unknown', { service, services })
}

/** The containers of all services, or the container of the named one. Errors: as `findService`. */
export const findServices = async (
  home: Home,
  project: Project,
  facts: EnvironmentFacts,
  service: ServiceName,
): Promise<EnvironmentContainer[]> =>
  service === undefined && facts.containers.length > 0
    ? facts.containers
    : [await findService(home, project, facts, service)]

/**
 * The same for a running container. Errors: also `environment-paused`, `service-not-running`, and
 * `environment-not-running` if nothing runs.
 */
export async function findRunning(
  home: Home,
  project: Project,
  facts: EnvironmentFacts,
  service: ServiceName,
): Promise<EnvironmentContainer> {
  const container = await findService(home, project, facts, service)
  if (container.paused) throw productError('environment-paused', { name: project.name })
  if (container.running) return container
  if (service === undefined || facts.state === 'stopped')
    throw productError('environment-not-running', { name: project.name })
  const ended = container.stage === 'created' ? undefined : container.exitCode
  throw productError('service-not-running', { service: container.service, code: ended ?? null })
}
