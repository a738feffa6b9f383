import type { Warning } from '../../../shared/definition.ts'
import { COMPOSE_KEYS, pathOfMember } from './keys/compose-keys.ts'
import { reasonAgainst } from './keys/key-rule.ts'
import { itemsOf, member, membersOf, type Node } from './yaml/node.ts'
import { unsupportedAt } from './yaml/problem.ts'

/**
 * What of a stack Pristine does not do: an error for the first key that is refused, by its place, and a warning for each
 * that is ignored. `leftOut`: services that take no part. Error: definition-unsupported.
 */
export function classifyKeys(tree: Node, leftOut: readonly string[]): Warning[] {
  const ignored = new Map<string, { reason: string; names: Set<string> }>()
  const unused = new Set([...leftOut.map((name) => `services.${name}`), ...onlyOf(tree, leftOut)])
  classify(tree, '', '', unused, (name, key, reason) => {
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

/** What only services use that take no part: nothing is made of it. */
function onlyOf(tree: Node, leftOut: readonly string[]): string[] {
  const services = membersOf(member(tree, 'services'))
  const used = (isLeftOut: boolean) =>
    services
      .filter(([name]) => leftOut.includes(name) === isLeftOut)
      .flatMap(([, { value }]) => resourcesOf(value))
  const others = new Set(used(false))
  return used(true).filter((name) => !others.has(name))
}

/** The networks, volumes, secrets and configs that a service names, as `volumes.data`. */
function resourcesOf(service: Node): string[] {
  const networks = membersOf(member(service, 'networks')).map(([name]) => name)
  const sources = (key: string) =>
    itemsOf(member(service, key)).flatMap((item) => {
      const source = member(item, 'source')
      return source?.kind === 'scalar' ? `${key}.${source.value}` : []
    })
  return [
    ...(networks.length > 0 ? networks : ['default']).map((name) => `networks.${name}`),
    ...['volumes', 'secrets', 'configs'].flatMap(sources),
  ]
}

function classify(node: Node, path: string, name: string, unused: ReadonlySet<string>, ignore: Ignore): void {
  if (node.kind === 'list') {
    for (const [i, item] of node.items.entries()) classify(item, `${path}[]`, `${name}[${i}]`, unused, ignore)
  }
  if (node.kind !== 'map') return
  for (const [key, { place, value }] of node.entries) {
    const below = pathOfMember(path, key)
    const full = name === '' ? key : `${name}.${key}`
    if (/^[a-z]+\.\*$/.test(below) && unused.has(full)) continue
    const rule = Object.hasOwn(COMPOSE_KEYS, below) ? COMPOSE_KEYS[below] : undefined
    if (rule === undefined && !below.endsWith('.*')) continue
    const reason = rule && reasonAgainst(rule, value, node)
    if (reason !== undefined && rule?.kind !== 'ignored') throw unsupportedAt(place, full, reason)
    if (reason !== undefined) ignore(ownerOf(full), withoutOwner(below), reason)
    const counts = rule?.kind === 'ignored' && reason === undefined
    if (rule === undefined || rule.kind === 'supported' || rule.kind === 'granted' || counts) {
      classify(value, below, full, unused, ignore)
    }
  }
}

const ownerOf = (full: string): string => full.split('.')[1] ?? full

const withoutOwner = (path: string): string => path.replace(/^(services|networks|volumes)\.\*\./, '')

const listed = (names: string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
