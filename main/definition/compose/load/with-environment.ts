import type { Scope } from '../variables/scope.ts'
import { type Entry, isNull, mapping, member, membersOf, type Node, type Scalar } from '../yaml/node.ts'
import { invalidAt } from '../yaml/problem.ts'

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
    inMembers(services, ({ value: service }) => {
      const filled = inMember(service, 'environment', (environment) => fill(environment, scope, PASSED_ON))
      return inMember(filled, 'build', (build) => inMember(build, 'args', (args) => fillArgs(args, scope)))
    }),
  )
}

/** A variable that is not set is recorded as one that is. */
const PASSED_ON: Pick<Scalar, 'passedOn'> = { passedOn: true }

const fill = (pairs: Node, scope: Scope, how: Pick<Scalar, 'passedOn'> = {}): Node =>
  inMembers(pairs, ({ value, template }, name) => {
    if (!isNull(value) || value.tag !== undefined) return value
    if (template !== undefined) throw invalidAt(value.place, NAMELESS)
    const found = scope.lookUp(name, value.place)
    if (found === undefined) return value
    const text = `\${${name}}`
    const { template: recorded } = scope.text(text, value.place)
    return {
      ...{ kind: 'scalar', value: found, place: value.place, template: recorded ?? text },
      // What is taken over by its name alone has no place for the env files that give it.
      ...(recorded === text && how),
    }
  })

/** The names of build arguments are part of the version as they are. */
function fillArgs(args: Node, scope: Scope): Node {
  const made = membersOf(args).find(([, { template }]) => template !== undefined)
  if (made) throw invalidAt(made[1].place, 'the name of a build argument cannot be made of variables')
  return fill(args, scope)
}

const NAMELESS = 'the name of a variable cannot be the value of another one; write NAME=value'

const entriesOf = (node: Node | undefined): Entry[] =>
  node?.kind === 'map' ? [...node.entries.values()] : []

/** A value with one of its members changed, where it has that. */
function inMember(node: Node, key: string, change: (value: Node) => Node): Node {
  const entry = node.kind === 'map' ? node.entries.get(key) : undefined
  if (node.kind !== 'map' || entry === undefined) return node
  return mapping(new Map([...node.entries, [key, { place: entry.place, value: change(entry.value) }]]), node)
}

/** A mapping with each of its members changed. */
function inMembers(node: Node, change: (entry: Entry, key: string) => Node): Node {
  if (node.kind !== 'map') return node
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { ...entry, value: change(entry, key) }] as const,
  )
  return mapping(new Map(entries), node)
}
