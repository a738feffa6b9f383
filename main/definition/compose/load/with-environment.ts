import type { Scope } from '../variables/scope.ts'
import { type Entry, isNull, mapping, member, type Node } from '../yaml/node.ts'

/**
 * Fills in the variables that services take over by name (`environment: [NAME]`, `build.args`), and notes those that
 * secrets and configs are made of. What is not set stays without a value.
 */
export function withEnvironment(tree: Node, scope: Scope): Node {
  for (const kind of ['secrets', 'configs']) {
    for (const entry of entriesOf(member(tree, kind))) {
      const variable = member(entry.value, 'environment')
      if (variable?.kind === 'scalar' && typeof variable.value === 'string') {
        scope.lookUp(variable.value, variable.place)
      }
    }
  }
  return inMember(tree, 'services', (services) =>
    inMembers(services, (service) => {
      const filled = inMember(service, 'environment', (environment) => fill(environment, scope))
      return inMember(filled, 'build', (build) => inMember(build, 'args', (args) => fill(args, scope)))
    }),
  )
}

const fill = (pairs: Node, scope: Scope): Node =>
  inMembers(pairs, (value, name) => {
    if (!isNull(value) || value.tag !== undefined) return value
    const found = scope.lookUp(name, value.place)
    if (found === undefined) return value
    return { kind: 'scalar', value: found, place: value.place, template: `\${${name}}` }
  })

const entriesOf = (node: Node | undefined): Entry[] =>
  node?.kind === 'map' ? [...node.entries.values()] : []

/** A value with one of its members changed, where it has that. */
function inMember(node: Node, key: string, change: (value: Node) => Node): Node {
  const entry = node.kind === 'map' ? node.entries.get(key) : undefined
  if (node.kind !== 'map' || entry === undefined) return node
  return mapping(new Map([...node.entries, [key, { place: entry.place, value: change(entry.value) }]]), node)
}

/** A mapping with each of its members changed. */
function inMembers(node: Node, change: (value: Node, key: string) => Node): Node {
  if (node.kind !== 'map') return node
  const entries = [...node.entries].map(
    ([key, { place, value }]) => [key, { place, value: change(value, key) }] as const,
  )
  return mapping(new Map(entries), node)
}
