import { createHash } from 'node:crypto'
import type { Mount } from '../../../../shared/definition.ts'
import type { RawMount } from '../document/schema.ts'
import { invalid, type Origin, type Path, unsupported } from '../document/source-position.ts'
import { parseSize } from './parse-size.ts'
import { split } from './split-text.ts'

const ALIASES: Record<string, string> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
}

/** Options of docker's `--mount` that Pristine does not pass on; some could reach the host. */
const UNSUPPORTED = [
  'bind-nonrecursive',
  'bind-propagation',
  'bind-recursive',
  'external',
  'tmpfs-mode',
  'volume-driver',
  'volume-label',
  'volume-nocopy',
  'volume-opt',
  'volume-subpath',
]

const OPTIONS = ['type', 'source', 'target', 'readonly', 'consistency', 'tmpfs-size', ...UNSUPPORTED]

/** A mount in docker's `--mount` syntax or as an object; templates stay. `path` is where it stands. */
export function parseMount(raw: RawMount, origin: Origin, path: Path): Mount {
  const entries = typeof raw === 'string' ? split(raw, ',', true).map(toEntry) : Object.entries(raw)
  const options = new Map<string, string | boolean>()
  for (const [written, value] of entries) {
    const name = ALIASES[written.toLowerCase()] ?? written.toLowerCase()
    if (UNSUPPORTED.includes(name)) throw unsupported(origin, path, `mount option ${name}`)
    if (!OPTIONS.includes(name)) throw invalid(origin, path, `unknown mount option "${written}"`)
    options.set(name, value)
  }
  return fromOptions(options, origin, path)
}

const toEntry = (field: string): [string, string | boolean] => {
  const equals = field.indexOf('=')
  return equals < 0 ? [field.trim(), true] : [field.slice(0, equals).trim(), field.slice(equals + 1)]
}

function fromOptions(options: Map<string, string | boolean>, origin: Origin, path: Path): Mount {
  const text = (name: string): string | undefined => {
    const value = options.get(name)
    if (value === undefined || (typeof value === 'string' && value !== '')) return value || undefined
    throw invalid(origin, path, `the mount's "${name}" needs a value`)
  }
  const target = requireTarget(text('target'), origin, path)
  const readOnly = toBoolean(options.get('readonly'))
  if (readOnly === undefined) throw invalid(origin, path, `the mount's "readonly" must be true or false`)
  const kind = text('type') ?? 'volume'
  switch (kind) {
    case 'bind':
      return { kind, source: requireBindSource(text('source'), origin, path), target, readOnly }
    case 'volume':
      return { kind, source: requireVolumeName(text('source'), target, origin, path), target, readOnly }
    case 'tmpfs': {
      if (text('source')) throw invalid(origin, path, 'a tmpfs mount has no source')
      const size = text('tmpfs-size')
      return { kind, target, ...(size === undefined ? {} : { size: requireSize(size, origin, path) }) }
    }
    default:
      throw invalid(origin, path, `the mount's type must be bind, volume or tmpfs, not "${kind}"`)
  }
}

function toBoolean(value: string | boolean | undefined): boolean | undefined {
  if (value === undefined) return false
  if (/^(?:1|t|true)$/i.test(String(value))) return true
  return /^(?:0|f|false)$/i.test(String(value)) ? false : undefined
}

/** A target is absolute, or begins with a template such as `${containerWorkspaceFolder}`. */
export function requireTarget(target: string | undefined, origin: Origin, path: Path): string {
  if (target === undefined) throw invalid(origin, path, 'the mount needs a target')
  if (!/^(?:\/|\$\{)/.test(target) || /^\/+$/.test(target)) {
    throw invalid(origin, path, `the mount's target must be an absolute path below "/", not "${target}"`)
  }
  return target
}

/** The folder may be judged only after substitution; here a relative one is found. */
export function requireBindSource(source: string | undefined, origin: Origin, path: Path): string {
  if (source === undefined) throw invalid(origin, path, 'a bind mount needs a source')
  if (!/^(?:[\\/]|\$\{|[a-z]:[\\/])/i.test(source)) {
    const better = `\${localWorkspaceFolder}/${source.replace(/^\.\//, '')}`
    throw invalid(origin, path, `a bind mount's source must be absolute; write "${better}"`)
  }
  return source
}

/** A volume's name; one without a name gets it from its target, so that it can be found again. */
export function requireVolumeName(
  name: string | undefined,
  target: string,
  origin: Origin,
  path: Path,
): string {
  if (name === undefined) return volumeNameFor(target)
  const literal = name.replaceAll(/\$\{[^{}]*\}/g, 'x')
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(literal)) {
    throw invalid(origin, path, `"${name}" cannot be the name of a volume; for a folder, use type=bind`)
  }
  return name
}

/** The name of the volume at a target that names none: readable, and unique to the target. */
export function volumeNameFor(target: string): string {
  const slug = target
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()
  const hash = createHash('sha256').update(target).digest('hex').slice(0, 8)
  return `${slug.slice(0, 40) || 'volume'}-${hash}`
}

export function requireSize(size: string, origin: Origin, path: Path): number {
  const bytes = parseSize(size)
  if (bytes === undefined) throw invalid(origin, path, `"${size}" is not a size such as "64m" or "2g"`)
  return bytes
}

/** One mount per target; the last one wins, as the specification defines for merged lists. */
export function mergeMounts(mounts: readonly Mount[]): Mount[] {
  return [...new Map(mounts.map((mount) => [mount.target, mount])).values()]
}
