import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { PortChoice } from '../container/choose-ports.ts'
import { hasCompleted } from '../container/completion.ts'
import { endingOf } from '../container/environment-container.ts'
import type { Start } from '../container/last-start.ts'
import type { Launch } from '../container/prepare-launch.ts'
import { assertRunning, waitEnded, waitReady } from '../container/wait-ready.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectContainer } from '../docker/containers.ts'
import { allOrNone } from './all-or-none.ts'
import { start } from './start-container.ts'
import { awaitedEnds, type Needs, type Restarts, startOrder } from './start-order.ts'

/** A container of a service that is there. */
interface Service {
  launch: Launch
  id: string
}

/** What services need of each other, by their names. */
export const needsOf = (launches: readonly Launch[]): Map<string, Needs & Restarts> =>
  new Map(launches.map(({ service, parts }) => [service, parts.composed?.service.dependsOn ?? {}]))

/** Launches in an order in which each comes after those that it needs. */
export function inStartOrder(launches: readonly Launch[]): Launch[] {
  const order = startOrder(needsOf(launches)).flat()
  return launches.toSorted((a, b) => order.indexOf(a.service) - order.indexOf(b.service))
}

/**
 * Starts new containers in the order of their dependencies, and waits until the other services are ready: the hooks of the
 * first may need them. `recreate` makes a container anew that could not be started, or throws. Returns the start of the
 * first.
 * Errors: those of `start` and of `awaitCondition`; `not-ready`, `container-exited`.
 */
export async function startServices<T extends Service & { ports: PortChoice[] }>(
  engine: Engine,
  members: readonly T[],
  recreate: (member: T, error: unknown) => Promise<void>,
  run: Run,
): Promise<Start> {
  const [entry] = members
  let begun: Start | undefined
  await inOrder(
    engine,
    members,
    async (member, run) => {
      for (;;) {
        try {
          const started = await start(engine, member.launch, member.id, member.ports, run)
          if (member === entry) begun = started
          return
        } catch (error) {
          await recreate(member, error)
        }
      }
    },
    run,
  )
  await awaitOthers(engine, members.slice(1), awaitedOf(members.map(({ launch }) => launch)), run)
  if (!begun) throw new TypeError('The first service was started.')
  return begun
}

/**
 * Starts services in the order of their dependencies with `startOne`; each waits for what it needs to be as it needs it.
 * Errors: those of `startOne` and `awaitCondition`.
 */
export async function inOrder<T extends Service>(
  engine: Engine,
  services: readonly T[],
  startOne: (service: T, run: Run) => Promise<void>,
  run: Run,
): Promise<void> {
  const needs = needsOf(services.map(({ launch }) => launch))
  const conditions = [...needs.values()].flatMap((some) =>
    Object.entries(some).map(([name, { condition }]) => ({ name, condition })),
  )
  for (const group of startOrder(needs)) {
    const members = services.filter(({ launch }) => group.includes(launch.service))
    await allOrNone(
      members.map((member) => async (run: Run) => {
        await startOne(member, run)
        for (const { name, condition } of conditions)
          if (name === member.launch.service) await awaitCondition(engine, member, condition, run)
      }),
      run,
    )
  }
}

/** The services of a set whose end others wait for, by their names. */
export const awaitedOf = (launches: readonly Launch[]): Set<string> => awaitedEnds(needsOf(launches))

/**
 * Waits until services beside the first are ready, or have done what they are for; `awaited` are those whose end others
 * wait for. Errors: `not-ready`, `container-exited`, `cancelled`.
 */
export async function awaitOthers(
  engine: Engine,
  others: readonly Service[],
  awaited: ReadonlySet<string>,
  run: Run,
): Promise<void> {
  await allOrNone(
    others.map((service) => async (run: Run) => {
      const { id, launch } = service
      try {
        await waitReady(engine, { id, service: launch.service, ownProgram: true }, run)
      } catch (error) {
        if (!isProductError(error, 'container-exited')) throw error
        if (!(await isCompleted(engine, service, awaited))) throw error
      }
    }),
    run,
  )
}

/** Errors: `not-ready`, `container-exited`, `service-without-check`, `cancelled`. */
async function awaitCondition(
  engine: Engine,
  { launch: { service }, id }: Service,
  condition: string,
  run: Run,
): Promise<void> {
  if (condition === 'service_completed_successfully') return waitEnded(engine, { id, service }, run)
  if (condition !== 'service_healthy') return
  const { Test = [] } = (await inspectContainer(engine, id))?.Config.Healthcheck ?? {}
  if (Test.length === 0 || Test[0] === 'NONE') throw productError('service-without-check', { service })
  await waitReady(engine, { id, service, ownProgram: true }, run)
}

/**
 * Looks once more at services beside the first: none may have failed meanwhile. Returns the names of those that have done
 * what they are for. Error: `container-exited`.
 */
export async function assertServices(
  engine: Engine,
  others: readonly Service[],
  awaited: ReadonlySet<string>,
  run: Run,
): Promise<string[]> {
  const completed: string[] = []
  for (const one of others) {
    const { id, launch } = one
    if (await isCompleted(engine, one, awaited)) completed.push(launch.service)
    else await assertRunning(engine, { id, service: launch.service }, run)
  }
  return completed
}

async function isCompleted(
  engine: Engine,
  { id, launch: { service } }: Service,
  awaited: ReadonlySet<string>,
): Promise<boolean> {
  const details = await inspectContainer(engine, id)
  return details !== undefined && hasCompleted(endingOf(details), awaited.has(service) || undefined)
}
