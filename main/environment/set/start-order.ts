import type { Dependency } from '../../definition/compose/stack/stack.ts'

/** What a service needs of others before it starts, by their names. */
export type Needs = Readonly<Record<string, Pick<Dependency, 'condition'>>>

/** Which services start anew with others, as far as that is known. */
export type Restarts = Readonly<Record<string, Pick<Dependency, 'restart'>>>

/**
 * The services that are restarted with one: also those that depend on it with `restart: true`, and on these (Compose
 * specification, depends_on).
 */
export function restartedWith(service: string, services: ReadonlyMap<string, Restarts>): Set<string> {
  const restarted = new Set([service])
  for (const one of restarted)
    for (const [name, needs] of services)
      if (Object.hasOwn(needs, one) && needs[one]?.restart) restarted.add(name)
  return restarted
}

/** What a service has to be before others start. */
export interface Condition extends Pick<Dependency, 'condition'> {
  service: string
  /** The names of the others. */
  waiting: string[]
}

/**
 * What services of a set wait for; what is not in the set is not waited for. `idle`: a service whose own program does not run:
 * nobody waits for more than its start.
 */
export function conditionsOf(services: ReadonlyMap<string, Needs>, idle?: string): Condition[] {
  const found = new Map<string, Condition>()
  for (const [waiting, needs] of services)
    for (const [service, need] of Object.entries(needs)) {
      if (!services.has(service)) continue
      const condition = service === idle ? 'service_started' : need.condition
      const one = found.get(`${condition} ${service}`) ?? { service, condition, waiting: [] }
      one.waiting.push(waiting)
      found.set(`${condition} ${service}`, one)
    }
  return [...found.values()]
}

/** The services whose end others wait for: these have done what they are for once they ended with 0. */
export const awaitedEnds = (services: ReadonlyMap<string, Needs>): Set<string> =>
  new Set(
    [...services.values()].flatMap((needs) =>
      Object.keys(needs).filter((name) => needs[name]?.condition === 'service_completed_successfully'),
    ),
  )

/**
 * The services of a set in groups, each after all that it needs, which is in groups before. What is not in the set is not waited for. Without circles: the definition is refused for one.
 */
export function startOrder(services: ReadonlyMap<string, Needs>): string[][] {
  const depths = new Map<string, number>()
  const depthOf = (name: string): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    const needed = Object.keys(services.get(name) ?? {}).filter((other) => services.has(other))
    const depth = Math.max(-1, ...needed.map(depthOf)) + 1
    depths.set(name, depth)
    return depth
  }
  const names = [...services.keys()].sort()
  const groups = Map.groupBy(names, depthOf)
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group)
}

/** The order in which services stop: those that need others before these. */
export const stopOrder = (services: ReadonlyMap<string, Needs>): string[][] => startOrder(services).reverse()
