import { COMPOSE_KEYS, pathOfMember } from './keys/compose-keys.ts'
import { type KeyRule, reasonAgainst } from './keys/key-rule.ts'
import type { List, Mapping, Node } from './yaml/node.ts'

/** A value of JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/**
 * A stack as it is the same on every computer: what variables make of it stays as it is written, and what means nothing
 * here is left out. It has no value of this computer's environment or of an env file. `leftOut`: services that take no
 * part.
 */
export function recordOf(node: Node, leftOut: readonly string[] = [], path = ''): Json {
  if (node.kind === 'scalar') return node.template ?? node.value
  if (node.kind === 'list') return recordOfList(node, leftOut, `${path}[]`)
  const kept = [...node.entries].flatMap(([key, { value }]): [string, Json][] => {
    const below = pathOfMember(path, key)
    if (below === 'services.*' && leftOut.includes(key)) return []
    const rule = Object.hasOwn(COMPOSE_KEYS, below) ? COMPOSE_KEYS[below] : undefined
    if (rule === undefined ? key.startsWith('x-') : meansNothing(rule, value, node)) return []
    return [[key, recordOf(value, leftOut, below)]]
  })
  return Object.fromEntries(kept)
}

/** How many entries a text with variables stands for is not the same on every computer. */
function recordOfList({ items }: List, leftOut: readonly string[], path: string): Json[] {
  const records: Json[] = []
  const seen = new Set<string>()
  for (const item of items) {
    const record = recordOf(item, leftOut, path)
    const text = JSON.stringify(record)
    if (isMadeOfOne(item) && seen.has(text)) continue
    seen.add(text)
    records.push(record)
  }
  return records
}

/** Whether an entry was written as one text with variables. */
const isMadeOfOne = (item: Node): boolean =>
  item.kind === 'scalar'
    ? item.template !== undefined
    : item.kind === 'map' && [...item.entries.values()].some(({ value }) => isMadeOfOne(value))

const meansNothing = (rule: KeyRule, value: Node, beside: Mapping): boolean =>
  rule.kind === 'accepted' || (rule.kind === 'ignored' && reasonAgainst(rule, value, beside) !== undefined)
