import type { Run } from '../../../shared/operation.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { EnvironmentFacts } from '../../container/read-environment.ts'
import { readyAgain, startAgain, warn } from '../../container/start/start-container.ts'
import { renewStart, type Start } from '../../container/start-record.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { recordCompleted } from '../../history/record-completed.ts'
import { silentRun } from '../../operation/silent-run.ts'
import { addStateToError } from './add-state-to-error.ts'
import { type Restarts, restartedWith } from './start-order.ts'
import { assertServices, awaitOthers, inOrder } from './start-services.ts'
import { stopSet } from './stop-set.ts'

/** An environment with containers that do not run. */
export interface StoppedSet {
  /** The first is the one that a person works in. */
  containers: readonly EnvironmentContainer[]
  /** The ids of the containers to start. */
  stopped: readonly string[]
  /** The project's folder in the data folder. */
  folder: string
}

/**
 * The ids of the containers that are started with an environment, and of those among them that run and are stopped
 * before.
 */
export interface Resumption {
  starts: string[]
  stops: string[]
}

/**
 * Decides which containers to start. In an environment that a person can work in, completed services do not run again. A
 * service that starts also restarts those that depend on it. The first one is included if it was `restarted` without
 * what runs after each start.
 */
export function planResumption(
  { containers, restarted }: Pick<EnvironmentFacts, 'containers' | 'restarted'>,
  services: ReadonlyMap<string, Restarts>,
): Resumption {
  const [first] = containers
  const isUp = first?.running === true && !first.paused
  const anew = containers.filter((one) => one.detached || (!one.running && !(isUp && one.completed === true)))
  const stopped = [
    ...anew.filter(({ running }) => running),
    ...dependentsOf(
      containers,
      anew.map(({ id }) => id),
      services,
    ),
  ]
  const starts = containers.filter(
    (one) =>
      one.paused || (one === first && restarted === true) || anew.includes(one) || stopped.includes(one),
  )
  return { starts: starts.map(({ id }) => id), stops: stopped.map(({ id }) => id) }
}

/**
 * The running containers of an environment, besides the given ones, whose services are restarted with the services of
 * these.
 */
export function dependentsOf(
  containers: readonly EnvironmentContainer[],
  ids: readonly string[],
  services: ReadonlyMap<string, Restarts>,
): EnvironmentContainer[] {
  const along = new Set(
    containers
      .filter(({ id }) => ids.includes(id))
      .flatMap(({ service }) => [...restartedWith(service, services)]),
  )
  return containers.filter(({ id, service, running }) => running && along.has(service) && !ids.includes(id))
}

/**
 * Starts the stopped containers of an environment in the order of their dependencies, with the hooks of the first if it
 * is among them. An environment that does not become ready is stopped again, so that it is not mistaken for a ready one.
 * `launch` includes the launches of the other services.
 * Errors: those of `resumeOnce`.
 */
export async function resumeSet(engine: Engine, launch: Launch, set: StoppedSet, run: Run): Promise<void> {
  await resumeOnce(engine, launch, set, run).catch(async (error: unknown) => {
    // Containers that ran before are not touched.
    const started = set.containers.filter(({ id }) => set.stopped.includes(id))
    const isStopped = await stopSet(engine, started, [launch, ...launch.others], silentRun()).then(
      () => true,
      (problem: unknown) => {
        warn(run, 'It could not be stopped')(problem)
        return false
      },
    )
    throw isStopped ? addStateToError(error, 'stopped') : error
  })
}

/**
 * The same, but a container that fails stays as it is. Errors: `container-not-started`, `container-stuck`, `port-taken`,
 * and those of hooks, health and conditions.
 */
export async function resumeOnce(
  engine: Engine,
  launch: Launch,
  { containers, stopped, folder }: StoppedSet,
  run: Run,
): Promise<void> {
  const launches = [launch, ...launch.others]
  const services = containers.flatMap((container, at) => {
    const own = at === 0 ? launch : launches.find(({ service }) => service === container.service)
    return own && stopped.includes(container.id) ? [{ launch: own, id: container.id }] : []
  })
  const starts = new Map<Launch, Start>()
  await inOrder(
    engine,
    services,
    async ({ launch: one, id }, run) => {
      const started = await startAgain(engine, one, id, run)
      if (started) starts.set(one, started)
    },
    run,
  )
  const others = services.filter((one) => one.launch !== launch)
  await awaitOthers(engine, others, run)
  const entry = services.find((one) => one.launch === launch)
  const first = starts.get(launch)
  if (entry) await readyAgain(engine, launch, entry.id, first !== undefined, run)
  const goneOn = launches.filter((one) => !starts.has(one))
  await renewStart(folder, { first, starts: [...starts.values()], others: goneOn })
  const completed = await assertServices(engine, services, launch, run)
  await recordCompleted(folder, completed).catch(warn(run, 'Which services have completed is not recorded'))
}
