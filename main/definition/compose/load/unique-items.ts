import { type List, list, member, type Node, templateOf } from '../yaml/node.ts'
import { fixedTarget } from './short-volume.ts'

type Key = (item: Node) => string | undefined

/** As it is written: what two texts with variables stand for may be the same here, and not elsewhere. */
const textIn = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' ? (templateOf(node) ?? String(node.value)) : undefined

/** `NAME` of `NAME=value`. */
const valueIn = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' ? String(node.value) : undefined

const name: Key = (item) => {
  const text = textIn(item)
  return text !== undefined && /^[^$]*=/.test(text) ? text.split('=')[0] : text
}
/** One text may stand for several items. */
const whole: Key = (item) =>
  item.kind === 'scalar' ? [templateOf(item), String(item.value)].filter(Boolean).join(' ') : undefined
const of =
  (key: string): Key =>
  (item) =>
    templateOf(item) ?? textIn(member(item, key))
const volume: Key = (item) => {
  const template = templateOf(item)
  return template === undefined ? textIn(member(item, 'target')) : (fixedTarget(template) ?? template)
}
const target =
  (folder: string): Key =>
  (item) =>
    textIn(member(item, 'target')) ?? `${folder}/${textIn(member(item, 'source'))}`

const port: Key = (item) => {
  const template = templateOf(item)
  // One text may stand for several ports.
  const text = template === undefined ? textIn : valueIn
  const part = (key: string, otherwise: string) => text(member(item, key)) ?? otherwise
  return `${template === undefined ? '' : `${template} `}${part('host_ip', '0.0.0.0')}:${part('published', '')}:${part('target', '')}/${part('protocol', 'tcp')}`
}

/** By what two items of a list are the same, where a list holds each once. */
const KEYS: ReadonlyMap<string, Key> = new Map(
  Object.entries<Key>({
    'services.*.build.tags': name,
    'services.*.cap_add': name,
    'services.*.cap_drop': name,
    'services.*.configs': target(''),
    'services.*.devices': of('target'),
    'services.*.dns': name,
    'services.*.dns_opt': name,
    'services.*.dns_search': name,
    'services.*.env_file': of('path'),
    'services.*.expose': whole,
    'services.*.extra_hosts': whole,
    'services.*.links': name,
    'services.*.networks.*.aliases': name,
    'services.*.networks.*.link_local_ips': name,
    'services.*.ports': port,
    'services.*.profiles': name,
    'services.*.secrets': target('/run/secrets'),
    'services.*.tmpfs': name,
    'services.*.volumes': volume,
  }),
)

/** Whether a list holds each item once. */
export const isSet = (path: string): boolean => KEYS.has(path)

/** A list in which the last of several same items counts, in the place of the first. */
export function unique(items: List, path: string): List {
  const key = KEYS.get(path)
  if (key === undefined) return items
  const kept = new Map<string, Node>()
  for (const [i, item] of items.items.entries()) kept.set(key(item) ?? ` ${i}`, item)
  return list([...kept.values()], items)
}
