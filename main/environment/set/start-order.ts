import type { Dependency } from '../../definition/compose/stack/stack.ts'

/** What a service needs from others before it starts, by their names. */
export type Needs = Readonly<Record<string, Pick<Dependency, 'condition'>>>

/** Which services restart with others, as far as is known. */
export type Restarts = Readonly<Record<string, Pick<Dependency, 'restart'>>>

/**
 * The services that restart with the given one: it and those that depend on it, or on these, with `restart: true`
 * (Compose specification, depends_on).
 */
export function restartedWith(service: string, services: ReadonlyMap<string, Restarts>): Set<string> {
  const restarted = new Set([service])
  for (const one of restarted)
    for (const [name, needs] of services)
      if (Object.hasOwn(needs, one) && needs[one]?.restart) restarted.add(name)
  return restarted
}

/** The condition of a service for the start of others. */
export interface Condition extends Pick<Dependency, 'condition'> {
  service: string
  /** The names of the others. */
  waiting: string[]
}

/**
 * The conditions that services of a set wait for; services outside the set are ignored. `idle`: a service whose own
 * program does not run, so that others wait only for its start.
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

/**
 * The services of a set in groups: everything that a service needs is in earlier groups. Services outside the set are
 * ignored. There are no circles, because a definition with a circle is refused.
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

/** The order in which services stop: a service stops before those that it needs. */
export const stopOrder = (services: ReadonlyMap<string, Needs>): string[][] => startOrder(services).reverse()
