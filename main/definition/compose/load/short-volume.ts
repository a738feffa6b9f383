import { type Mapping, mappingOf, type Scalar, scalar } from '../yaml/node.ts'
import { invalidAt, quotedAsWritten } from '../yaml/problem.ts'

const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']
/** They only speak of caching, which no engine needs any more. */
const WITHOUT_EFFECT = ['cached', 'consistent', 'delegated']

/**
 * A volume in the short form (`target`, `name:target`, `./folder:target:ro,z`) in the long one. A source that begins with
 * a dot, a slash, a tilde or a drive is a folder. Error: definition-invalid.
 */
export function longVolume(written: Scalar): Mapping {
  const text = String(written.value)
  const parts = splitVolume(text)
  if (parts.length > 3 || parts.some((part) => part === '')) {
    throw invalidAt(written.place, `${quotedAsWritten(written)} is not a volume such as "data:/data:ro"`)
  }
  const [source, target, options = ''] = parts.length === 1 ? [undefined, parts[0]] : parts
  const isFolder = source !== undefined && looksLikeFolder(source)
  const of = (value: Scalar['value'] | undefined) =>
    value === undefined ? undefined : scalar(value, written)
  const read = readOptions(options.split(',').filter(Boolean), written)
  const details = (values: Record<string, Scalar['value'] | undefined>) =>
    mappingOf(Object.fromEntries(Object.entries(values).map(([key, value]) => [key, of(value)])), written)
  return mappingOf(
    {
      type: of(isFolder ? 'bind' : 'volume'),
      source: of(source),
      target: of(target),
      read_only: of(read.readOnly ? true : undefined),
      ...(isFolder
        ? {
            bind: details({
              create_host_path: true,
              propagation: read.propagation,
              selinux: read.selinux,
            }),
          }
        : { volume: details({ nocopy: read.nocopy ? true : undefined }) }),
    },
    written,
  )
}

interface Options {
  readOnly?: boolean
  nocopy?: boolean
  propagation?: string
  selinux?: string
}

function readOptions(options: string[], written: Scalar): Options {
  const read: Options = {}
  for (const option of options) {
    if (option === 'ro' || option === 'rw') read.readOnly = option === 'ro'
    else if (option === 'nocopy') read.nocopy = true
    else if (option === 'z' || option === 'Z') read.selinux = option
    else if (PROPAGATIONS.includes(option)) read.propagation = option
    else if (!WITHOUT_EFFECT.includes(option)) {
      throw invalidAt(
        written.place,
        `${quotedAsWritten(written)} has an option that no volume has; there are "ro", "rw", "z" and "nocopy"`,
      )
    }
  }
  return read
}

/** At colons, but for the one after the letter of a drive. */
function splitVolume(text: string): string[] {
  const parts: string[] = []
  for (const part of text.split(':')) {
    const before = parts.at(-1)
    if (before !== undefined && /^[a-z]$/i.test(before)) parts[parts.length - 1] = `${before}:${part}`
    else parts.push(part)
  }
  return parts
}

/**
 * Where a volume whose short form has variables is mounted; undefined where that depends on them. `template`: the text.
 */
export function fixedTarget(template: string): string | undefined {
  const parts = template.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '$').split(':')
  const target = /^[a-z]$/i.test(parts[0] ?? '') ? parts[2] : parts[1]
  return target?.startsWith('/') && !target.includes('$') ? target : undefined
}

const looksLikeFolder = (source: string): boolean => /^(?:[./~]|\\\\|[a-z]:)/i.test(source)
