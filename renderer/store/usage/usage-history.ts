import type { ProjectKey } from '../../../shared/ids.ts'
import { type ServiceUsage, type UsageSample, usedTogether } from '../../../shared/usage.ts'

/** What was used at one time, in milliseconds since 1970. */
export type UsagePoint = Pick<ServiceUsage, 'cpu' | 'memory' | 'network' | 'disk'> & { at: number }

/** What a project's environment has used lately, oldest first: all of it, and each service. */
export interface ProjectUsage {
  all: UsagePoint[]
  services: Record<string, UsagePoint[]>
}
export type UsageHistory = Record<ProjectKey, ProjectUsage>

/**
 * In milliseconds: how much is kept, and how long what is not measured any more is. A swap takes a moment, and where
 * there is much to measure samples are a quarter of a minute apart.
 */
export const HISTORY = 5 * 60_000
const GONE = 60_000

/** The history with one more sample; projects that are not in it are the same objects. */
export function withSample(history: UsageHistory, { at, services }: UsageSample): UsageHistory {
  const after: UsageHistory = {}
  for (const [key, usage] of Object.entries(history) as [ProjectKey, ProjectUsage][]) {
    if (at - (usage.all.at(-1)?.at ?? 0) < GONE) after[key] = usage
  }
  for (const [project, measured] of Map.groupBy(services, (one) => one.project)) {
    const points = measured.map(({ service, cpu, memory, network, disk }) => ({
      service,
      point: { at, cpu, memory, network, disk },
    }))
    const before = after[project]
    const kept = Object.entries(before?.services ?? {}).filter(([, of]) => at - (of.at(-1)?.at ?? 0) < GONE)
    after[project] = {
      all: recent(
        [
          ...(before?.all ?? []),
          points.map(({ point }) => point).reduce((one, other) => ({ at, ...usedTogether(one, other) })),
        ],
        at,
      ),
      services: {
        ...Object.fromEntries(kept),
        ...Object.fromEntries(
          points.map(({ service, point }) => [
            service,
            recent([...(before?.services[service] ?? []), point], at),
          ]),
        ),
      },
    }
  }
  return after
}

const recent = (points: UsagePoint[], now: number) => points.filter(({ at }) => now - at <= HISTORY)
