import { list, mapping, mappingOf, member, type Node, scalar, writtenAs } from '../yaml/node.ts'
import { invalidAt, quotedAsWritten } from '../yaml/problem.ts'
import { longPorts } from './short-port.ts'
import { type Form, many, textOf, under } from './short-syntax.ts'

/** Env files, each with the word that it must be there. */
export const envFiles: Form = (node) => {
  const files = many(node)
  if (files.kind !== 'list') return files
  return list(
    files.items.map((item) => {
      const long = under('path')(item)
      if (long.kind !== 'map' || long.entries.has('required')) return long
      return mapping(
        new Map([...long.entries, ['required', { place: item.place, value: scalar(true, item) }]]),
        long,
      )
    }),
    files,
  )
}

/** Each of them is a rule of this computer's network. */
const MAX_PORTS = 1000

/** Ports, one entry each. */
export const ports: Form = (node) => {
  if (node.kind !== 'list') return node
  const items: Node[] = []
  for (const item of node.items) {
    items.push(...(item.kind === 'scalar' ? longPorts(item).map((port) => writtenAs(port, item)) : [item]))
    if (items.length > MAX_PORTS) throw invalidAt(item.place, `expected at most ${MAX_PORTS} ports`)
  }
  return list(items, node)
}

/** `/dev/a:/dev/b:rw` in parts. */
export const device: Form = (node) => {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node
  const [source = '', target = source, permissions = 'rwm', ...more] = node.value.split(':')
  if (source === '' || target === '' || more.length > 0) {
    throw invalidAt(node.place, `${quotedAsWritten(node)} is not a device such as "/dev/fuse"`)
  }
  const of = (value: string) => scalar(value, node)
  return writtenAs(
    mappingOf({ source: of(source), target: of(target), permissions: of(permissions) }, node),
    node,
  )
}

/** All of them. */
export const gpus: Form = (node) =>
  node.kind === 'scalar' && node.value === 'all'
    ? writtenAs(list([mappingOf({ count: scalar('all', node) }, node)], node), node)
    : node

const quotedItem = (item: Node): string => (item.kind === 'scalar' ? quotedAsWritten(item) : 'it')

/** `host: address` and `host=address`, also of several addresses, as `host=address` each. */
export const hosts: Form = (node) => {
  const written: Node[] =
    node.kind === 'map'
      ? [...node.entries].flatMap(([host, { value }]) =>
          (value.kind === 'list' ? value.items : [value]).map((item) => {
            const address = textOf(item)
            return {
              ...scalar(`${host}=${address.text}`, item),
              ...(address.template !== undefined && { template: `${host}=${address.template}` }),
            }
          }),
        )
      : node.kind === 'list'
        ? node.items
        : []
  if (node.kind === 'scalar') return node
  return list(
    written.flatMap((item) => {
      const { text } = textOf(item)
      const [, host, addresses] = /^([^:=]+)[:=](.+)$/.exec(text) ?? []
      if (host === undefined || addresses === undefined) {
        throw invalidAt(item.place, `${quotedItem(item)} is not a host such as "db:10.0.0.2"`)
      }
      const plain = addresses.split(',').map((address) => address.replace(/^\[(.*)\]$/, '$1'))
      return plain.map((address) => scalar(`${host}=${address}`, item))
    }),
    node,
  )
}

/** A check for a shell. */
export const check: Form = (node) =>
  node.kind === 'scalar' && typeof node.value === 'string'
    ? writtenAs(list([scalar('CMD-SHELL', node), node], node), node)
    : node

/** `external: {name: a}` as `external: true` with the name beside it. */
export const external: Form = (node) => {
  const name = member(member(node, 'external'), 'name')
  if (node.kind !== 'map' || name === undefined) return node
  const beside = node.entries.get('name')
  if (beside && textOf(beside.value).text !== textOf(name).text) {
    throw invalidAt(name.place, '"name" is there twice, with two values')
  }
  const entries = new Map(node.entries)
  entries.set('name', { place: name.place, value: name })
  entries.set('external', { place: name.place, value: { ...scalar(true, name), place: name.place } })
  return mapping(entries, node)
}
