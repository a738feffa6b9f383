import type { Warning } from '../../../shared/definition.ts'
import { COMPOSE_KEYS, pathOfMember } from './keys/compose-keys.ts'
import { reasonAgainst } from './keys/key-rule.ts'
import type { Node } from './yaml/node.ts'
import { unsupportedAt } from './yaml/problem.ts'

/**
 * What of a stack Pristine does not do: an error for the first key that is refused, by its place, and a warning for each
 * that is ignored. `leftOut`: services that take no part. Error: definition-unsupported.
 */
export function judgeKeys(tree: Node, leftOut: readonly string[]): Warning[] {
  const ignored = new Map<string, { reason: string; names: Set<string> }>()
  judge(tree, '', '', leftOut, (name, key, reason) => {
    const found = ignored.get(key) ?? { reason, names: new Set() }
    ignored.set(key, found)
    found.names.add(name)
  })
  return [...ignored].map(([key, { reason, names }]) => ({
    code: 'ignored',
    message: `"${key}" is ignored (${listed([...names])}): ${reason}.`,
  }))
}

type Ignore = (name: string, key: string, reason: string) => void

function judge(node: Node, path: string, name: string, leftOut: readonly string[], ignore: Ignore): void {
  if (node.kind === 'list') {
    for (const [i, item] of node.items.entries()) judge(item, `${path}[]`, `${name}[${i}]`, leftOut, ignore)
  }
  if (node.kind !== 'map') return
  for (const [key, { place, value }] of node.entries) {
    const below = pathOfMember(path, key)
    const full = name === '' ? key : `${name}.${key}`
    if (below === 'services.*' && leftOut.includes(key)) continue
    const rule = Object.hasOwn(COMPOSE_KEYS, below) ? COMPOSE_KEYS[below] : undefined
    if (rule === undefined && !below.endsWith('.*')) continue
    const reason = rule && reasonAgainst(rule, value, node)
    if (reason !== undefined && rule?.kind !== 'ignored') throw unsupportedAt(place, full, reason)
    if (reason !== undefined) ignore(ownerOf(full), withoutOwner(below), reason)
    if (rule === undefined || rule.kind === 'supported' || rule.kind === 'granted') {
      judge(value, below, full, leftOut, ignore)
    }
  }
}

const ownerOf = (full: string): string => full.split('.')[1] ?? full

const withoutOwner = (path: string): string => path.replace(/^(services|networks|volumes)\.\*\./, '')

const listed = (names: string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
