import type { Environment } from '../../shared/environment.ts'
import { describeEnvironment, hasServices, type PlannedServices } from '../container/describe-environment.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'

/** An environment in the form for people and scripts, with what the plan of its version specifies for its services. */
export const showEnvironment = async (home: Home, facts: EnvironmentFacts): Promise<Environment> =>
  describeEnvironment(facts, await plannedServices(home, facts))

/** What the plan of the running version specifies for its services; read only if there are several. */
export const plannedServices = async (
  home: Home,
  facts: Pick<EnvironmentFacts, 'containers' | 'version'>,
): Promise<PlannedServices> =>
  facts.version !== undefined && hasServices(facts) ? loadPlan(home, facts.version) : undefined
