import type { Environment } from '../../shared/environment.ts'
import type { Plan } from '../../shared/plan.ts'
import type { Service, ServiceState } from '../../shared/service.ts'
import type { EnvironmentContainer } from './environment-container.ts'
import { plainImage } from './launch/resolve-service.ts'
import type { EnvironmentFacts } from './read-environment.ts'

/** What a plan says of the services of its version; undefined where the plan is lost, or not needed. */
export type PlannedServices = Pick<Plan, 'services'> | undefined

/** The facts in the form that people and scripts see. `plan`: of the version that runs. */
export function describeEnvironment(facts: EnvironmentFacts, plan: PlannedServices): Environment {
  return {
    state: facts.state,
    containers: facts.containers.map(({ id, name, service, exitCode }) => ({
      ...{ id, name, service },
      ...(exitCode !== undefined && { exitCode }),
    })),
    ports: facts.containers.flatMap((container) => container.ports),
    services: describeServices(facts, plan),
  }
}

/**
 * The services of an environment that Compose files define, the one that a person works in first, the others by their
 * names; also those of the plan without a container. None where the definition is one container.
 */
export function describeServices(
  { containers, pruned = [] }: Pick<EnvironmentFacts, 'containers' | 'pruned'>,
  plan: PlannedServices,
): Service[] {
  if (!hasServices({ containers })) return []
  const entry = containers.find(({ isEntry }) => isEntry)
  const up = entry === undefined || entry.running
  const planned = plan?.services ?? []
  const imageOf = (name: string) => {
    const service = planned.find((one) => one.name === name)
    return (service && plainImage(service)) ?? null
  }
  const found = containers.map((container) => ({
    name: container.service,
    entry: container.isEntry === true,
    state: stateOf(container, up),
    health: healthOf(container),
    image: imageOf(container.service),
    version: container.version,
    container: { id: container.id, name: container.name },
    ports: container.ports,
    drift: null,
  }))
  const missing = planned
    .filter(({ name }) => containers.every(({ service }) => service !== name))
    .map(
      ({ name }): Service => ({
        ...{ name, entry: name === planned[0]?.name, health: null },
        state: { kind: up && pruned.includes(name) ? 'completed' : 'missing' },
        ...{ image: imageOf(name), version: null, container: null, ports: [], drift: null },
      }),
    )
  return [...found, ...missing].sort(
    (a, b) => Number(b.entry) - Number(a.entry) || (a.name < b.name ? -1 : 1),
  )
}

/** Services with what was counted of their containers, by the containers' ids. */
export const withDrift = (services: Service[], counts: ReadonlyMap<string, number> | null): Service[] =>
  services.map((one) => ({ ...one, drift: counts?.get(one.container?.id ?? '') ?? null }))

/** Whether an environment has the services of Compose files. */
export const hasServices = ({ containers }: Pick<EnvironmentFacts, 'containers'>): boolean =>
  containers.some(({ set }) => set !== undefined)

/** `up`: whether the environment runs. What ended because it was stopped has not completed. */
function stateOf(container: EnvironmentContainer, up: boolean): ServiceState {
  const { running, paused, stage, exitCode, completed, detached } = container
  if (stage !== undefined) return { kind: stage }
  if (paused) return { kind: 'paused' }
  if (running) return { kind: detached ? 'detached' : 'running' }
  return up && completed ? { kind: 'completed' } : { kind: 'exited', code: exitCode ?? null }
}

const healthOf = ({ health, failedChecks }: EnvironmentContainer): Service['health'] => {
  if (health === undefined) return null
  return health === 'unhealthy' ? { kind: health, failedChecks: failedChecks ?? null } : { kind: health }
}
