/** A file that values are read from, as errors name it. `base`: the folder that its relative paths are meant from. */
export interface Source {
  /** Relative to the project's folder, with forward slashes; so is `base`. */
  file: string
  base: string
}

/** Where a value stands; line and column count from 1. */
export interface Place {
  source: Source
  line: number
  column: number
}

/** How a value changes what an earlier file has in its place: it is taken away, or replaced whole. */
export type Tag = 'reset' | 'override'

export interface Scalar {
  kind: 'scalar'
  value: string | number | boolean | null
  place: Place
  tag?: Tag
  /** The text with its variables, where the value was made of some: it is the same on every computer. */
  template?: string
  /** Whether only the project gave the values of its variables: then the value is the same on every computer, too. */
  fixed?: true
  /** Whether a variable was taken over by its name alone, without a value in the file. */
  passedOn?: true
}

export interface List {
  kind: 'list'
  items: Node[]
  place: Place
  tag?: Tag
  /** The one text with variables that was written in its place: what that stands for depends on their values. */
  template?: string
}

export interface Entry {
  /** Of the key. */
  place: Place
  value: Node
  /** The text of the whole member, where variables made its key. */
  template?: string
}

export interface Mapping {
  kind: 'map'
  entries: Map<string, Entry>
  place: Place
  tag?: Tag
  /** As of a list. */
  template?: string
}

/** A value of a Compose file. Nodes are never changed: those that an alias names are shared. */
export type Node = Scalar | List | Mapping

export const scalar = (value: Scalar['value'], from: Node): Scalar => ({
  kind: 'scalar',
  value,
  place: from.place,
  ...(from.kind === 'scalar' && {
    ...(from.template !== undefined && { template: from.template }),
    ...(from.fixed && { fixed: from.fixed }),
  }),
})

/** A value that was written as one text, which may have variables. */
export const writtenAs = <T extends List | Mapping>(node: T, from: Scalar): T => {
  const template = templateOf(from)
  return template === undefined ? node : { ...node, template }
}

/** The text with variables in the place of a value that is not the same on every computer. */
export const templateOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && node.fixed ? undefined : node?.template

export const list = (items: Node[], from: Node): List => ({ ...kept(from), kind: 'list', items })

export const mapping = (entries: Map<string, Entry>, from: Node): Mapping => ({
  ...kept(from),
  kind: 'map',
  entries,
})

/** A mapping of values that were read out of one. */
export const mappingOf = (values: Record<string, Node | undefined>, from: Node): Mapping => {
  const entries = new Map<string, Entry>()
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) entries.set(key, { place: from.place, value })
  }
  return mapping(entries, from)
}

const kept = (from: Node) => ({
  place: from.place,
  ...(from.tag !== undefined && { tag: from.tag }),
  ...(from.kind !== 'scalar' && from.template !== undefined && { template: from.template }),
})

export const isNull = (node: Node | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.value === null)

/** The member of a mapping; undefined where there is none, or where it is no mapping. */
export const member = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === 'map' ? node.entries.get(key)?.value : undefined

/** Whether two values are the same, wherever they stand. */
export function isSame(a: Node, b: Node): boolean {
  if (a.kind === 'scalar' || b.kind === 'scalar') {
    return a.kind === 'scalar' && b.kind === 'scalar' && a.value === b.value && a.template === b.template
  }
  if (a.kind === 'list' || b.kind === 'list') {
    if (a.kind !== 'list' || b.kind !== 'list' || a.items.length !== b.items.length) return false
    return a.items.every((item, i) => isSame(item, b.items[i] ?? item))
  }
  if (a.entries.size !== b.entries.size) return false
  return [...a.entries].every(([key, { value }]) => {
    const other = b.entries.get(key)
    return other !== undefined && isSame(value, other.value)
  })
}

/** How many values a value consists of, with itself. */
export const sizeOf = (node: Node): number => {
  const below = node.kind === 'list' ? node.items : [...membersOf(node)].map(([, { value }]) => value)
  return below.reduce((sum, one) => sum + sizeOf(one), 1)
}

/** The members of a mapping, those of anything else are none. */
export const membersOf = (node: Node | undefined): [key: string, entry: Entry][] =>
  node?.kind === 'map' ? [...node.entries] : []

export const itemsOf = (node: Node | undefined): Node[] => (node?.kind === 'list' ? node.items : [])

/** Where the value at a path of keys stands; of one that is not there, where the nearest around it does. */
export function placeIn(node: Node, path: readonly string[]): Place {
  let at = node
  let place = node.place
  for (const key of path) {
    const entry = at.kind === 'map' ? at.entries.get(key) : undefined
    if (!entry) break
    at = entry.value
    place = entry.place
  }
  return place
}
