import { pathOfMember } from '../keys/compose-keys.ts'
import {
  type Entry,
  isNull,
  type List,
  list,
  type Mapping,
  mapping,
  member,
  type Node,
} from '../yaml/node.ts'
import { invalidAt, nameOf } from '../yaml/problem.ts'
import { TWICE } from './short-syntax.ts'
import { unique } from './unique-items.ts'

/** What the later value replaces whole, also by nothing. */
const REPLACED = ['command', 'entrypoint', 'healthcheck.test', 'ulimits.*'].map((key) => `services.*.${key}`)
/** Mappings in which a name without a value replaces one with a value. */
const PAIRS = [
  ...['annotations', 'build.additional_contexts', 'build.args', 'build.labels', 'deploy.labels'],
  ...['environment', 'labels', 'sysctls'],
].map((key) => `services.*.${key}`)

/**
 * Merges a value with one that counts more, by the rules of the Compose specification: mappings by key, lists one after
 * the other, commands replaced, items with the same target, port or name only once. Both have the shape of `shape`.
 * `!reset` and `!override` of the second are carried out, and kept: what is merged may itself be merged over another.
 * Error: definition-invalid for values of two kinds.
 */
export function merge(base: Node, over: Node, path = ''): Node {
  if (over.tag !== undefined || REPLACED.includes(path)) return over
  if (isNull(over)) return base
  if (isNull(base) || base.tag === 'reset') return over
  if (base.kind === 'scalar') return over
  if (base.kind !== over.kind) {
    const { source, line } = base.place
    const problem = `it is ${nameOf(over)}, but ${nameOf(base)} in ${source.file}:${line}`
    throw invalidAt(over.place, problem)
  }
  if (base.kind === 'list' && over.kind === 'list') return mergedLists(base, over, path)
  if (base.kind === 'map' && over.kind === 'map') return mergedMappings(base, over, path)
  return over
}

function mergedMappings(base: Mapping, over: Mapping, path: string): Mapping {
  if (path === 'services.*.logging' && differ(member(base, 'driver'), member(over, 'driver'))) return over
  const replaces = PAIRS.includes(path)
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const before = entries.get(key)
    if (before && before.template !== entry.template) throw invalidAt(entry.place, TWICE)
    entries.set(key, before && !replaces ? merged(before, entry, pathOfMember(path, key)) : entry)
  }
  const { template: _, ...plain } = base
  return mapping(entries, plain)
}

function merged(before: Entry, over: Entry, path: string): Entry {
  const value = merge(before.value, over.value, path)
  return { ...over, place: value === before.value ? before.place : over.place, value }
}

/** Options of a log are for its driver. */
const differ = (a: Node | undefined, b: Node | undefined): boolean =>
  a?.kind === 'scalar' && b?.kind === 'scalar' && a.value !== b.value

function mergedLists(base: List, over: List, path: string): List {
  if (path === 'networks.*.ipam.config') return mergedPools(base, over, path)
  return unique(list([...base.items, ...over.items], base), path)
}

/** Pools of addresses are the same by their subnet. */
function mergedPools(base: List, over: List, path: string): List {
  const bySubnet = new Map<string, Node>()
  for (const [i, pool] of [...base.items, ...over.items].entries()) {
    const subnet = member(pool, 'subnet')
    const key = subnet?.kind === 'scalar' ? String(subnet.value) : ` ${i}`
    const before = bySubnet.get(key)
    bySubnet.set(key, before ? merge(before, pool, `${path}[]`) : pool)
  }
  return list([...bySubnet.values()], base)
}

/** A value without what is reset in it, and without tags. */
export function settled(node: Node): Node {
  const { tag: _, ...plain } = node
  if (plain.kind === 'scalar') return plain
  if (plain.kind === 'list') return { ...plain, items: plain.items.map(settled) }
  const entries = [...plain.entries].filter(([, { value }]) => value.tag !== 'reset')
  return {
    ...plain,
    entries: new Map(entries.map(([key, entry]) => [key, { ...entry, value: settled(entry.value) }])),
  }
}
