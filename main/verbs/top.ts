import type { ContainerProcess, ServiceDetails, ServiceProcesses } from '../../shared/container.ts'
import { accountNames } from '../container/account-names.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { redact } from '../container/redact-secrets.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { processReader } from '../docker/container-processes.ts'
import type { Hidden } from '../docker/streams/redactor.ts'
import { readCurrentState } from '../environment/current-state.ts'
import { findRunning, findService, type ServiceName } from '../environment/find-service.ts'
import { inspectService } from '../environment/inspect-service.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/**
 * What runs in a project's environment, or in one service of it: the processes of each container that runs, and what that
 * was created with. Values of this computer and secrets are in none of it.
 * Errors: `environment-not-running`, `environment-paused`, `service-unknown`, `service-missing`, `service-not-running`;
 * those of `serviceDetails`.
 */
export async function top(
  host: Host,
  project: Project,
  { service, signal }: { service?: ServiceName; signal: AbortSignal },
): Promise<ServiceProcesses[]> {
  const { engine, facts } = await readCurrentState(host, project)
  const running = facts.containers.filter((one) => one.running && !one.paused)
  const containers =
    service === undefined && running.length > 0
      ? running
      : [await findRunning(host.home, project, facts, service)]
  return Promise.all(
    containers.map(async (container) => {
      const { details, hidden } = await inspectService(host, project, engine, container)
      const read = await readerOf(engine, container, hidden, signal)
      return { ...details, processes: (await read()) ?? [] }
    }),
  )
}

/**
 * What the container of a service was created with, whether it runs or not; without a name, of the one that a person works in.
 * Errors: `environment-not-running` where there is no environment, `service-unknown`, `service-missing`, `plan-lost`; those of the
 * engine.
 */
export async function serviceDetails(
  host: Host,
  project: Project,
  service: ServiceName,
): Promise<ServiceDetails> {
  const { engine, facts } = await readCurrentState(host, project)
  const container = await findService(host.home, project, facts, service)
  return (await inspectService(host, project, engine, container)).details
}

/** Reads the processes of one container as they are now; undefined where it does not run any more. */
export type ReadServiceProcesses = () => Promise<ContainerProcess[] | undefined>

/** How the processes of a running service are read. Errors: as `top`. */
export async function openProcesses(
  host: Host,
  project: Project,
  service: ServiceName,
  signal: AbortSignal,
): Promise<ReadServiceProcesses> {
  const { engine, facts } = await readCurrentState(host, project)
  const container = await findRunning(host.home, project, facts, service)
  const { hidden } = await inspectService(host, project, engine, container)
  return readerOf(engine, container, hidden, signal)
}

async function readerOf(
  engine: Engine,
  { id }: EnvironmentContainer,
  hidden: Hidden,
  signal: AbortSignal,
): Promise<ReadServiceProcesses> {
  const [read, names] = await Promise.all([processReader(engine), accountNames(engine, id, signal)])
  return async () =>
    (await read(id, signal))?.map((process) => ({
      ...process,
      user: names.get(process.user) ?? process.user,
      command: redact(process.command, hidden),
    }))
}
