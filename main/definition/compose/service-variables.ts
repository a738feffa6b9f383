import type { Stack, StackService } from './stack/stack.ts'
import { namesInText } from './variables/evaluate.ts'
import type { Notes } from './variables/notes.ts'
import { type Mapping, member, membersOf, type Node, templateOf } from './yaml/node.ts'

/** The variables of this computer's environment that a service gets: for its build, and when it runs. */
export interface ServiceVariables {
  build: string[]
  run: string[]
}

/**
 * The variables of this computer that each service of a stack gets, also through env files, secrets and configs. `tree`: what
 * the stack was read from; `ofFiles`: which variables the env files of each service name.
 */
export function variablesOfServices(
  tree: Mapping,
  stack: Stack,
  notes: Notes,
  ofFiles: ReadonlyMap<string, ReadonlySet<string>>,
): Record<string, ServiceVariables> {
  return Object.fromEntries(
    Object.values(stack.services).map((service) => {
      const node = member(member(tree, 'services'), service.name)
      const parts = membersOf(node).flatMap(([key, { value }]) => (key === 'build' ? [] : [value]))
      const names = [...parts, ...resourcesOf(service, tree)].flatMap(namesIn)
      return [
        service.name,
        {
          build: ofComputer(namesIn(member(member(node, 'build'), 'args')), notes),
          run: ofComputer([...names, ...(ofFiles.get(service.name) ?? [])], notes),
        },
      ]
    }),
  )
}

/** What a service uses of the rest of the stack. */
function resourcesOf(service: StackService, tree: Mapping): Node[] {
  const { network, mounts, secrets, configs, build } = service
  const used = {
    networks: network.kind === 'networks' ? Object.keys(network.networks) : [],
    volumes: mounts.flatMap((mount) => (mount.kind === 'volume' ? (mount.source ?? []) : [])),
    secrets: [...secrets, ...(build?.secrets ?? [])].map(({ source }) => source),
    configs: configs.map(({ source }) => source),
  }
  return Object.entries(used).flatMap(([key, names]) =>
    names.flatMap((name) => member(member(tree, key), name) ?? []),
  )
}

/** The variables that a value names: in its texts, and as what a secret or a config is made of. */
function namesIn(node: Node | undefined): string[] {
  if (node === undefined) return []
  const own = templateOf(node)
  if (own !== undefined) return namesInText(own)
  if (node.kind === 'list') return node.items.flatMap(namesIn)
  if (node.kind === 'scalar') return []
  return [...node.entries].flatMap(([key, { value, template }]) => [
    ...(template === undefined ? [] : namesInText(template)),
    ...(key === 'environment' && value.kind === 'scalar' ? [String(value.value)] : []),
    ...namesIn(value),
  ])
}

/** Those of some variables that this computer gives, and those that it gives to values in env files of the project. */
function ofComputer(names: readonly string[], { mentions, madeOf }: Notes): string[] {
  const reached = new Set(names)
  // What is added while it goes is visited, too.
  for (const name of reached) for (const other of madeOf.get(name) ?? []) reached.add(other)
  return [...reached].filter((name) => mentions.get(name)?.from === 'computer').sort()
}
