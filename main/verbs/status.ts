import type { Status } from '../../shared/environment.ts'
import { listed } from '../../shared/errors/wording.ts'
import { type ErrorData, isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { PublishedPort } from '../../shared/port.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { withDrift } from '../container/describe-environment.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { retryRefused } from '../docker/connection/retry-refused.ts'
import { inspectImage } from '../docker/images.ts'
import { permissionsOfLayer, permissionsOfProject } from '../environment/computer/project-permissions.ts'
import { currentStateFor, readCurrentState } from '../environment/current-state.ts'
import { reportWarnings } from '../environment/planned-change.ts'
import { showEnvironment } from '../environment/show-environment.ts'
import { warnOfGaps } from '../environment/with-writer-lock.ts'
import { currentPlan, storedPlan } from '../explain/compared-plan.ts'
import { explainChanges } from '../explain/explain-changes.ts'
import { versionFeatures } from '../explain/version-features.ts'
import type { Host } from '../host/host.ts'
import { readProjectOffline } from '../lock/read-project-offline.ts'
import { planReading } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { isTrusted } from '../trust/require-trust.ts'
import { countDriftOf, totalDrift } from './drift/count-drift.ts'

/**
 * The status of a project: what runs, what the definition wants, and why they differ. Asks no registry: a definition has
 * no wanted version while its lock lacks a pin or its features have not been fetched.
 * Errors: those of the definition and the engine.
 */
export async function status(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<Status> {
  const read = await readProjectOffline(host.env, project, { definition }).catch((error: unknown) => {
    if (!isProductError(error, 'features-unread')) throw error
    const { features, layer } = error.data as ErrorData<'features-unread'>
    const text = `${layer ? 'Your layer' : 'The definition'} uses features that were not fetched yet: ${listed(features.map(({ reference }) => reference))}. "pristine up" fetches them.`
    run.report({ kind: 'note', text })
    return undefined
  })
  await warnOfGaps(host, project, run)
  const [trusted, planned, found] = await Promise.all([
    // Their requests are unknown, so they are not granted.
    read !== undefined &&
      permissionsOfProject(host, project, read).then(async (requested) =>
        isTrusted(host, project, requested, await permissionsOfLayer(host, project, read, requested)),
      ),
    read &&
      planReading(host, project, read, { frozen: true }, run).catch((error: unknown) => {
        if (isProductError(error, 'lock-outdated')) return undefined
        throw error
      }),
    // A container may be replaced while it is being inspected.
    retryRefused(async () => {
      const current = await readCurrentState(host, project)
      return {
        ...current,
        drift: await countDriftOf(current.engine, host.home.project(project.key), current.facts),
      }
    }),
  ])
  if (planned) reportWarnings(planned, run)
  const { replacedFolder, replacedFile, restarted } = found.facts
  if (restarted) {
    const text =
      'The container was restarted outside of Pristine, so what runs after each start did not run: start hooks, and what makes ports at 127.0.0.1 reachable. "pristine up" runs it.'
    run.report({ kind: 'warning', text })
  }
  if (replacedFolder !== undefined) {
    const text = `${sanitize(replacedFolder)} is not the folder that the environment has mounted: that one was deleted or moved. "pristine up" replaces the environment.`
    run.report({ kind: 'warning', text })
  }
  if (replacedFile !== undefined) {
    const text = `${sanitize(replacedFile)} is not the file that the environment has mounted: another one took its place. "pristine up" replaces the environment.`
    run.report({ kind: 'warning', text })
  }
  const { engine, facts, history } = planned
    ? (await currentStateFor(host, project, found, planned)).current
    : found
  const { drift } = found
  const recordOf = (id: string) => history.versions.find((version) => version.id === id)
  const ordinalOf = (id: string) => recordOf(id)?.ordinal ?? null
  const running = facts.version
  const environment = await showEnvironment(host.home, facts)
  const before = running && running !== planned?.id ? await storedPlan(host.home, running) : undefined
  return {
    project: { path: project.path, name: project.name },
    trusted,
    state: facts.state,
    version: running
      ? {
          id: running,
          ordinal: ordinalOf(running),
          present: await hasImages(engine, facts),
          chosen: history.chosen === running,
          ...(recordOf(running)?.layerOn && { layer: true }),
        }
      : null,
    wanted: planned
      ? {
          id: planned.id,
          ordinal: ordinalOf(planned.id),
          ...(planned.plan.layer && { layer: true as const }),
        }
      : null,
    because:
      before && planned
        ? explainChanges(host.home, before, await currentPlan(host.home, project, planned))
        : [],
    drift: drift && { changes: totalDrift(drift) },
    features: running ? await versionFeatures(host.home, project, running) : [],
    environment: { ...environment, services: withDrift(environment.services, drift) },
  }
}

/** The published ports of a project's environment. */
export async function ports(host: Host, project: Project): Promise<PublishedPort[]> {
  const { facts } = await readCurrentState(host, project)
  return facts.containers.flatMap((container) => container.ports)
}

/** Without the images, nothing can run in the containers, and they cannot be restarted. */
async function hasImages(engine: Engine, { containers }: EnvironmentFacts): Promise<boolean> {
  const found = await Promise.all(containers.map(({ image }) => inspectImage(engine, image)))
  return !found.includes(undefined)
}
