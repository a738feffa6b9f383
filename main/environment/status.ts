import type { PublishedPort, Status } from '../../shared/environment.ts'
import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { planProject } from '../build/plan.ts'
import type { Engine } from '../docker/connect.ts'
import { containerChanges } from '../docker/containers.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { comparePlans } from '../version/compare.ts'
import { loadPlan } from '../version/recipes.ts'
import { readCurrent } from './current.ts'
import { countDrift } from './drift/paths.ts'
import { describeEnvironment, type EnvironmentFacts } from './read.ts'

/**
 * How a project stands: what runs, what the definition wants, and why they differ. Asks no registry: a definition
 * whose lock lacks a pin has no wanted version until it is locked.
 * Errors: those of the definition and the engine.
 */
export async function status(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<Status> {
  const [planned, { engine, facts, history }] = await Promise.all([
    planProject(host, project, { definition, frozen: true }, run).catch((error: unknown) => {
      if (isProductError(error, 'lock-outdated')) return undefined
      throw error
    }),
    readCurrent(host, project),
  ])
  const ordinalOf = (id: string) => history.versions.find((version) => version.id === id)?.ordinal ?? null
  const running = facts.version
  const before = running && running !== planned?.id ? await loadPlan(host.home, running) : undefined
  return {
    project: { path: project.path, name: project.name },
    state: facts.state,
    version: running ? { id: running, ordinal: ordinalOf(running) } : null,
    wanted: planned ? { id: planned.id, ordinal: ordinalOf(planned.id) } : null,
    because: before && planned ? comparePlans(before, planned.plan) : [],
    drift: await driftOf(engine, facts),
    environment: describeEnvironment(facts),
  }
}

/** Where the published ports of a project's environment are. */
export async function ports(host: Host, project: Project): Promise<PublishedPort[]> {
  const { facts } = await readCurrent(host, project)
  return describeEnvironment(facts).ports
}

/** How many files an environment holds that its image does not; null where there is no environment. */
export async function driftOf(
  engine: Engine,
  facts: Pick<EnvironmentFacts, 'containers'>,
): Promise<Status['drift']> {
  if (facts.containers.length === 0) return null
  const counts = await Promise.all(
    facts.containers.map(async ({ id, mounts }) => countDrift(await containerChanges(engine, id), mounts)),
  )
  return { changes: counts.reduce((sum, count) => sum + count) }
}
