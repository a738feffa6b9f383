import { type List, list, member, type Node } from '../yaml/node.ts'

type Key = (item: Node) => string | undefined

const textIn = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' ? String(node.value) : undefined

/** `NAME` of `NAME=value`. */
const name: Key = (item) => textIn(item)?.split('=')[0]
const whole: Key = (item) => textIn(item)
const of =
  (key: string): Key =>
  (item) =>
    textIn(member(item, key))
const target =
  (folder: string): Key =>
  (item) =>
    textIn(member(item, 'target')) ?? `${folder}/${textIn(member(item, 'source'))}`

const port: Key = (item) => {
  const part = (key: string, otherwise: string) => textIn(member(item, key)) ?? otherwise
  return `${part('host_ip', '0.0.0.0')}:${part('published', '')}:${part('target', '')}/${part('protocol', 'tcp')}`
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
    'services.*.volumes': of('target'),
  }),
)

/** A list in which the last of several same items counts, in the place of the first. */
export function unique(items: List, path: string): List {
  const key = KEYS.get(path)
  if (key === undefined) return items
  const kept = new Map<string, Node>()
  for (const [i, item] of items.items.entries()) kept.set(key(item) ?? ` ${i}`, item)
  return list([...kept.values()], items)
}
