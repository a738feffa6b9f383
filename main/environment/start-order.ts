import type { Dependency } from '../definition/compose/stack.ts'

/** What a service needs of others before it starts, by their names. */
export type Needs = Readonly<Record<string, Pick<Dependency, 'condition'>>>

/**
 * The services of a set in groups: those of a group start at once, each after all that it needs, which are in groups
 * before. What is not in the set is not waited for. Without circles: the definition is refused for one.
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
