import type { Mount } from '../../../../shared/definition.ts'
import { invalid, type Origin, type Path, unsupported } from '../document/source-position.ts'
import { requireBindSource, requireSize, requireTarget, requireVolumeName } from './parse-mounts.ts'
import { split } from './split-text.ts'

/** Options of `--volume` that only speak of caching, which no engine needs any more. */
const WITHOUT_EFFECT = ['rw', 'ro', 'cached', 'consistent', 'delegated']

/** docker's `--volume`: `target`, `name:target`, `/folder:target`, each with options such as `:ro`. */
export function parseVolume(text: string, origin: Origin, path: Path): Mount {
  const parts = split(text, ':')
  if (parts.length > 3) throw invalid(origin, path, `"${text}" is not a volume such as "data:/data:ro"`)
  const [source, written, options = 'rw'] = parts.length === 1 ? [undefined, parts[0]] : parts
  for (const option of options.split(',')) {
    if (!WITHOUT_EFFECT.includes(option)) throw unsupported(origin, path, `volume option ${option}`)
  }
  const target = requireTarget(written, origin, path)
  const readOnly = options.split(',').includes('ro')
  if (source !== undefined && looksLikeFolder(source)) {
    return { kind: 'bind', source: requireBindSource(source, origin, path), target, readOnly }
  }
  return { kind: 'volume', source: requireVolumeName(source, target, origin, path), target, readOnly }
}

const looksLikeFolder = (source: string): boolean =>
  /[/\\~]/.test(source.replaceAll(/\$\{[^{}]*\}/g, '')) ||
  source.startsWith('.') ||
  /^\$\{(?:env|localEnv):|^\$\{local(?:WorkspaceFolder|GitRoot)\}/.test(source)

/** docker's `--tmpfs`: `/run` or `/run:exec,size=64m`. */
export function parseTmpfs(text: string, origin: Origin, path: Path): Mount {
  const [target, options = '', ...more] = split(text, ':')
  if (more.length > 0) throw invalid(origin, path, `"${text}" is not a tmpfs such as "/run:size=64m"`)
  const mount: Mount = { kind: 'tmpfs', target: requireTarget(target, origin, path) }
  const others: string[] = []
  for (const option of options.split(',').filter(Boolean)) {
    const size = /^size=(.+)$/.exec(option)?.[1]
    if (size !== undefined) mount.size = requireSize(size, origin, path)
    else if (TMPFS_OPTION.test(option)) others.push(option)
    else if (!TMPFS_DEFAULTS.includes(option)) throw unsupported(origin, path, `tmpfs option ${option}`)
  }
  return others.length > 0 ? { ...mount, options: others } : mount
}

/** What the engine does anyway. */
const TMPFS_DEFAULTS = ['rw', 'noexec', 'nosuid', 'nodev']
/** What only says who may do what with the files in it; the engine takes more, which is for other file systems. */
const TMPFS_OPTION = /^(?:exec|suid|dev|ro|noatime|mode=[0-7]{1,4}|(?:uid|gid|nr_inodes)=\d{1,10})$/
