import { COMPOSE_KEYS, hasNames, keysAt, pathOfMember } from './keys/compose-keys.ts'
import { type KeyRule, reasonAgainst } from './keys/key-rule.ts'
import { isSet } from './load/unique-items.ts'
import { type Entry, type List, type Mapping, type Node, templateOf } from './yaml/node.ts'
import { numberText } from './yaml/plain-scalar.ts'

/** A value of JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** The members of a value that is a mapping; those of anything else are none. */
export const membersOf = (value: Json | undefined): Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

/** What recording a stack needs to know of it. */
interface Recorded {
  /** Services that take no part. */
  leftOut: readonly string[]
  /** The folder that the relative paths of its first file are meant from. */
  base: string
}

/**
 * A stack as it is the same on every computer: what variables make of it stays as it is written, and what means nothing
 * here is left out. It has no value of this computer's environment or of an env file, but where only env files of the
 * project count. Every text is one with variables: a dollar that is none is written twice. A text with variables that is a
 * path from another folder than `base` is `{folder, text}`.
 */
export function recordOf(tree: Node, { leftOut = [], base = '.' }: Partial<Recorded> = {}): Json {
  return record(tree, '', { leftOut, base })
}

function record(node: Node, path: string, of: Recorded): Json {
  if (node.kind === 'scalar' && node.passedOn) return null
  const text = templateOf(node)
  if (text !== undefined) {
    const folder = node.place.source.base
    return PATHS.includes(path) && folder !== of.base ? { folder, text } : text
  }
  if (node.kind === 'scalar') return typeof node.value === 'string' ? literal(node.value) : node.value
  if (node.kind === 'list') return recordOfList(node, `${path}[]`, of)
  const kept = [...node.entries].flatMap(([key, entry]): { key: string; entry: Entry; value: Json }[] => {
    const below = pathOfMember(path, key)
    if (below === 'services.*' && of.leftOut.includes(key)) return []
    const rule = Object.hasOwn(COMPOSE_KEYS, below) ? COMPOSE_KEYS[below] : undefined
    if (rule === undefined ? isExtension(path, key) : meansNothing(rule, entry.value, node)) return []
    return [{ key, entry, value: record(entry.value, below, of) }]
  })
  // In a mapping, a key is no text with variables.
  if (kept.some(({ entry }) => entry.template !== undefined)) return kept.map(asItem)
  return Object.fromEntries(kept.map(({ key, value }) => [key, value]))
}

/** Texts with variables that may be paths of this computer. */
const PATHS = [
  ...['env_file[].path', 'label_file[]', 'volumes[]', 'volumes[].source'].map((key) => `services.*.${key}`),
  ...['secrets.*.file', 'configs.*.file'],
]

/** A member as an item `NAME=value`. */
function asItem({ key, entry, value }: { key: string; entry: Entry; value: Json }): string {
  if (entry.template !== undefined) return entry.template
  return value === null
    ? literal(key)
    : `${literal(key)}=${typeof value === 'number' ? numberText(value) : String(value)}`
}

const literal = (text: string): string => text.replaceAll('$', () => '$$')

/** Whether a key is nobody's but the definition's own. Where keys are names it is one of these. */
const isExtension = (path: string, key: string): boolean =>
  key.startsWith('x-') && keysAt(path) !== undefined && !hasNames(path)

/** How many entries a text with variables stands for is not the same on every computer. */
function recordOfList({ items }: List, path: string, of: Recorded): Json[] {
  const records: Json[] = []
  const seen = new Set<string>()
  for (const item of items) {
    const value = record(item, path, of)
    const text = JSON.stringify(value)
    if (templateOf(item) !== undefined && isSet(path.slice(0, -2)) && seen.has(text)) continue
    seen.add(text)
    records.push(value)
  }
  return records
}

/** Whether a key is left out. One that is ignored for its value counts where that value depends on variables. */
function meansNothing(rule: KeyRule, value: Node, beside: Mapping): boolean {
  if (rule.kind === 'accepted') return true
  if (rule.kind !== 'ignored' || reasonAgainst(rule, value, beside) === undefined) return false
  return templateOf(value) === undefined && ![...beside.entries.values()].some(hasTemplate)
}

const hasTemplate = ({ value }: Entry): boolean => templateOf(value) !== undefined
