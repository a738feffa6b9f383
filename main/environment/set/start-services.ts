import { isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { endingOf } from '../../container/environment-container.ts'
import { hasCompleted } from '../../container/has-completed.ts'
import type { PortChoice } from '../../container/launch/choose-ports.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { redactLocal } from '../../container/redact-secrets.ts'
import { start } from '../../container/start/start-container.ts'
import { assertRunning, waitEnded, waitReady } from '../../container/start/wait-ready.ts'
import { type Start, startOfSet } from '../../container/start-record.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectContainer, lastLogLines } from '../../docker/containers.ts'
import { allOrNone } from './all-or-none.ts'
import { Milestones } from './milestones.ts'
import { type Condition, conditionsOf, type Needs, type Restarts, startOrder } from './start-order.ts'

/** An existing container of a service. */
interface Service {
  launch: Launch
  id: string
}

/** What services need from each other, by their names. */
export const needsOf = (launches: readonly Launch[]): Map<string, Needs & Restarts> =>
  new Map(launches.map(({ service, parts }) => [service, parts.composed?.service.dependsOn ?? {}]))

/** Launches in an order in which each follows those that it needs. */
export function inStartOrder(launches: readonly Launch[]): Launch[] {
  const order = startOrder(needsOf(launches)).flat()
  return launches.toSorted((a, b) => order.indexOf(a.service) - order.indexOf(b.service))
}

/**
 * Starts new containers in the order of their dependencies, and waits until the other services are ready, because the
 * hooks of the first may need them. `recreate` creates a container again that could not be started, or throws. Returns
 * the start of the set.
 * Errors: those of `start` and of `awaitCondition`; `not-ready`, `container-exited`.
 */
export async function startServices<T extends Service & { ports: PortChoice[] }>(
  engine: Engine,
  members: readonly T[],
  recreate: (member: T, error: unknown) => Promise<void>,
  run: Run,
): Promise<Start> {
  const [entry] = members
  const starts: Start[] = []
  let first: Start | undefined
  await inOrder(
    engine,
    members,
    async (member, run) => {
      for (;;) {
        try {
          const started = await start(engine, member.launch, member.id, member.ports, run)
          starts.push(started)
          if (member === entry) first = started
          return
        } catch (error) {
          await recreate(member, error)
        }
      }
    },
    run,
  )
  await awaitOthers(engine, members.slice(1), run)
  if (!first) throw new TypeError('The first service was started.')
  return startOfSet(first, starts)
}

/**
 * Starts services with `startOne`, each as soon as its dependencies meet their conditions. Only services that depend on a
 * service wait for it. `idle` is as for `conditionsOf`.
 * Errors: those of `startOne` and `awaitCondition`.
 */
export async function inOrder<T extends Service>(
  engine: Engine,
  services: readonly T[],
  startOne: (service: T, run: Run) => Promise<void>,
  run: Run,
  idle?: string,
): Promise<void> {
  const needs = needsOf(services.map(({ launch }) => launch))
  const conditions = conditionsOf(needs, idle)
  const met = new Milestones()
  const nameOf = ({ service, condition }: Condition) => `${condition} ${service}`
  await allOrNone(
    [
      ...services.map((service) => async (run: Run) => {
        const { service: name } = service.launch
        for (const one of conditions) if (one.waiting.includes(name)) await met.reached(nameOf(one), run)
        await startOne(service, run)
        met.reach(name)
      }),
      ...conditions.map((one) => async (run: Run) => {
        await met.reached(one.service, run)
        const service = services.find(({ launch }) => launch.service === one.service)
        if (service) await awaitCondition(engine, service, one, run)
        met.reach(nameOf(one))
      }),
    ],
    run,
  )
}

/**
 * Waits until the services beside the first are ready or complete. Errors: `not-ready`, `container-exited`, `cancelled`.
 */
export async function awaitOthers(engine: Engine, others: readonly Service[], run: Run): Promise<void> {
  await allOrNone(
    others.map(({ id, launch }) => async (run: Run) => {
      try {
        const { health } = launch.run
        const own = redactLocal(run, launch)
        await waitReady(engine, { id, service: launch.service, ownProgram: true, health }, own)
      } catch (error) {
        // Nothing has asked a server to stop yet: what ends with 0 before the environment is ready has done its work.
        if (!isProductError(error, 'container-exited') || error.data['code'] !== 0) throw error
      }
    }),
    run,
  )
}

/** Errors: `not-ready`, `container-exited`, `service-without-check`, `removed-meanwhile`, `cancelled`. */
async function awaitCondition(
  engine: Engine,
  { launch, id }: Service,
  { condition, waiting }: Condition,
  run: Run,
): Promise<void> {
  const { service } = launch
  if (condition === 'service_started') return
  if (condition === 'service_completed_successfully') {
    const name = `${listed(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'} for the end of ${service}`
    const step = { kind: 'step', id: `end ${id}`, name, phase: 'start', subject: service } as const
    run.report({ ...step, state: 'running' })
    try {
      await waitEnded(engine, { id, service }, redactLocal(run, launch))
    } catch (error) {
      run.report({ ...step, state: 'failed' })
      throw error
    }
    run.report({ ...step, state: 'done' })
    return
  }
  const details = await inspectContainer(engine, id)
  const { Test = [] } = details?.Config.Healthcheck ?? {}
  if (details && (Test.length === 0 || Test[0] === 'NONE'))
    throw productError('service-without-check', { service })
  await waitReady(
    engine,
    { id, service, ownProgram: true, health: launch.run.health },
    redactLocal(run, launch),
  )
}

const listed = (names: readonly string[]): string => new Intl.ListFormat('en').format(names)

/**
 * Checks services of a set once more: none may have failed meanwhile, and `entry`, in which a person works, must run.
 * Returns the names of the completed ones. Error: `container-exited`.
 */
export async function assertServices(
  engine: Engine,
  services: readonly Service[],
  entry: Launch,
  run: Run,
): Promise<string[]> {
  const completed: string[] = []
  for (const { id, launch } of services) {
    if (launch !== entry && (await hasEndedWell(engine, id))) completed.push(launch.service)
    else await assertRunning(engine, { id, service: launch.service }, redactLocal(run, launch))
  }
  return completed
}

/** A service that ended without completing. */
interface FailedService {
  service: string
  code: number
  /** The last lines that it printed. */
  output: string[]
}

/** Those of ready services that have ended since then without completing. */
export async function failedServices(
  engine: Engine,
  services: readonly Service[],
  run: Run,
): Promise<FailedService[]> {
  const failed: FailedService[] = []
  for (const { id, launch } of services) {
    const details = await inspectContainer(engine, id)
    if (!details || details.State.Running || hasCompleted(endingOf(details), false)) continue
    const output = await lastLogLines(engine, id, redactLocal(run, launch))
    failed.push({ service: launch.service, code: details.State.ExitCode, output })
  }
  return failed
}

async function hasEndedWell(engine: Engine, id: string): Promise<boolean> {
  const details = await inspectContainer(engine, id)
  return details !== undefined && hasCompleted(endingOf(details), true)
}
