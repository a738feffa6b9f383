import { isProductError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { type ServiceUsage, type UsageSample, usedTogether } from '../../shared/usage.ts'
import { type ContainerCounters, containerCounters } from '../docker/container-counters.ts'
import type { Host } from '../host/host.ts'
import { SharedPoll } from './shared-poll.ts'

/** In milliseconds: how often counters are read, and how soon again while no rate is known because it is the first time. */
const INTERVAL = 3_000
const FIRST_INTERVAL = 1_000
/** Reading takes about this part of the time, however many containers there are; but it is never put off for longer. */
const SHARE = 1 / 50
const LONGEST_INTERVAL = 15_000
/** So many containers are asked at the same time. */
const AT_ONCE = 4
/** In milliseconds: counters that are older tell nothing about now. */
const STALE = 60_000

/** One running container of an environment. */
export interface RunningService {
  project: ProjectKey
  service: string
  id: string
}

/** Knows what each service uses. `running` names those that run at the moment. */
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

/** In milliseconds: when to read again after a reading that took so long. */
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

/** What was used between two readings of a container; undefined where it was started again, or no time passed. */
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

/** During a swap two containers of a service run; they count together. */
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
