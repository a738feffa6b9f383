import { isProductError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { type ServiceUsage, type UsageSample, usedTogether } from '../../shared/usage.ts'
import { type ContainerCounters, containerCounters } from '../docker/container-counters.ts'
import type { Host } from '../host/host.ts'
import { SharedPoll } from './shared-poll.ts'

/**
 * In milliseconds: how often counters are read, and the shorter wait after the first reading, when no rate is known yet.
 */
const INTERVAL = 3_000
const FIRST_INTERVAL = 1_000
/**
 * Reading takes about this share of the time, however many containers there are, but the wait is never longer than the
 * second value.
 */
const SHARE = 1 / 50
const LONGEST_INTERVAL = 15_000
/** How many containers are read at the same time. */
const AT_ONCE = 4
/** In milliseconds: older counters say nothing about the present. */
const STALE = 60_000

/** One running container of an environment. */
export interface RunningService {
  project: ProjectKey
  service: string
  id: string
}

/** Polls what each service uses. `running` returns the services that run at the moment. */
export function usagePoll(host: Host, running: () => RunningService[]): SharedPoll<UsageSample> {
  let before = new Map<string, ContainerCounters>()
  return new SharedPoll(async (signal) => {
    const began = performance.now()
    const now = await readAll(host, running(), signal)
    const rated = now.flatMap(({ of, counters }) => {
      const earlier = before.get(of.id)
      return earlier && counters.at - earlier.at < STALE ? (usageOf(of, earlier, counters) ?? []) : []
    })
    before = new Map(now.map(({ of, counters }) => [of.id, counters]))
    const isFirst = rated.length === 0 && now.length > 0
    const wait = isFirst ? FIRST_INTERVAL : intervalAfter(performance.now() - began)
    return { value: { at: Date.now(), services: byService(rated) }, wait }
  })
}

/** In milliseconds: the wait after a reading that took `took` milliseconds. */
export const intervalAfter = (took: number): number =>
  Math.min(LONGEST_INTERVAL, Math.max(INTERVAL, took / SHARE))

interface Read {
  of: RunningService
  counters: ContainerCounters
}

/** Nothing while no engine answers. */
async function readAll(host: Host, services: RunningService[], signal: AbortSignal): Promise<Read[]> {
  const read: Read[] = []
  try {
    const engine = await host.engine()
    for (let at = 0; at < services.length && !signal.aborted; at += AT_ONCE) {
      const some = services.slice(at, at + AT_ONCE).map(async (of) => {
        const counters = await containerCounters(engine, of.id, signal)
        if (counters) read.push({ of, counters })
      })
      await Promise.all(some)
    }
  } catch (error) {
    if (!isProductError(error)) throw error
    return []
  }
  return read
}

/** What a container used between two readings; undefined if it was restarted or no time has passed. */
export function usageOf(
  { project, service }: Pick<RunningService, 'project' | 'service'>,
  before: ContainerCounters,
  now: ContainerCounters,
): ServiceUsage | undefined {
  const seconds = (now.at - before.at) / 1000
  if (seconds <= 0 || now.cpu < before.cpu) return undefined
  const rate = (from: number, to: number) => Math.max(0, to - from) / seconds
  return {
    project,
    service,
    cpu: rate(before.cpu, now.cpu),
    memory: now.memory,
    network: before.network &&
      now.network && {
        received: rate(before.network.received, now.network.received),
        sent: rate(before.network.sent, now.network.sent),
      },
    disk: before.disk &&
      now.disk && {
        read: rate(before.disk.read, now.disk.read),
        written: rate(before.disk.written, now.disk.written),
      },
  }
}

/** During a swap, two containers of a service run; their usage is added. */
function byService(all: ServiceUsage[]): ServiceUsage[] {
  const services = new Map<string, ServiceUsage>()
  for (const one of all) {
    const { project, service } = one
    const name = `${project} ${service}`
    const other = services.get(name)
    services.set(name, other ? { project, service, ...usedTogether(other, one) } : one)
  }
  return [...services.values()]
}
