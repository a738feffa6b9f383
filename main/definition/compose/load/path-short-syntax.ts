import { mapping, member, writtenAs } from '../yaml/node.ts'
import { isRemote, resolvePath } from './resolve-path.ts'
import { type Form, pairs } from './short-syntax.ts'
import { longVolume } from './short-volume.ts'
import { external } from './value-short-syntax.ts'

/** A path, as it is meant from the project's folder. */
export const filePath: Form = (node) =>
  node.kind === 'scalar' && typeof node.value === 'string' ? resolvePath(node) : node

/** The folder of a build, unless it is something else. */
export const context: Form = (node) =>
  node.kind === 'scalar' && typeof node.value === 'string' && !isOtherContext(node.value)
    ? resolvePath(node)
    : node

const isOtherContext = (text: string): boolean => isRemote(text) || text.startsWith('service:')

/** Further folders of a build, by their names. */
export const contexts: Form = (node) => {
  const named = pairs(node)
  if (named.kind !== 'map') return named
  const entries = [...named.entries].map(
    ([name, entry]) => [name, { ...entry, value: context(entry.value) }] as const,
  )
  return mapping(new Map(entries), named)
}

/** A mount in its parts, and a folder as it is meant from the project's. */
export const volume: Form = (node) => {
  const long =
    node.kind === 'scalar' && typeof node.value === 'string' ? writtenAs(longVolume(node), node) : node
  if (long.kind !== 'map') return long
  const source = long.entries.get('source')
  const type = member(long, 'type')
  if (source?.value.kind !== 'scalar' || type?.kind !== 'scalar' || type.value !== 'bind') return long
  const resolved = { place: source.place, value: resolvePath(source.value) }
  return mapping(new Map([...long.entries, ['source', resolved]]), long)
}

/** A folder that a volume of the engine's own driver stands for. */
export const volumeOptions: Form = (node) => {
  const shaped = external(node)
  const options = member(shaped, 'driver_opts')
  const device = member(options, 'device')
  const o = member(options, 'o')
  const isBind = o?.kind === 'scalar' && o.value === 'bind'
  if (shaped.kind !== 'map' || options?.kind !== 'map' || device?.kind !== 'scalar' || !isBind) return shaped
  const resolved = mapping(
    new Map([...options.entries, ['device', { place: device.place, value: filePath(device) }]]),
    options,
  )
  return mapping(
    new Map([...shaped.entries, ['driver_opts', { place: options.place, value: resolved }]]),
    shaped,
  )
}
