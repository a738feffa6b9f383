import { invalid, type Origin, type Path, unsupported } from '../document/source-position.ts'

/** One option of `runArgs`: its long name, its value, and where it stands. */
export interface Flag {
  name: string
  value: string
  path: Path
}

/** The long names that are allowed, with their short forms; a switch needs no value. */
export type KnownFlags = Readonly<Record<string, { short?: string; switch?: boolean }>>

const BEYOND = 'it reaches beyond the container in a way that cannot be granted yet'
const REASONS: Record<string, string> = {
  ...Object.fromEntries(
    [
      'device-cgroup-rule device-read-bps device-write-bps gpus',
      'cgroup-parent group-add volumes-from volume-driver sysctl',
      'env-file label-file cidfile runtime oom-kill-disable oom-score-adj',
    ].flatMap((names) => names.split(' ').map((name) => [name, BEYOND])),
  ),
  rm: 'Pristine removes containers itself',
}

/**
 * Reads docker's option syntax: `--name value`, `--name=value`, `-n value`, `-nvalue`. What is not known
 * is `definition-unsupported`, named `runArgs: --name`; templates are never taken for options.
 */
export function readFlags(args: readonly string[], known: KnownFlags, origin: Origin): Flag[] {
  const flags: Flag[] = []
  for (let i = 0; i < args.length; i++) {
    const path = ['runArgs', i]
    const { name, value } = splitFlag(args[i] ?? '', known, origin, path)
    const attached = value ?? (known[name]?.switch ? 'true' : undefined)
    if (attached === undefined) i += 1
    const given = attached ?? args[i]
    if (given === undefined) throw invalid(origin, path, `"--${name}" needs a value`)
    flags.push({ name, value: given, path })
  }
  return flags
}

function splitFlag(
  arg: string,
  known: KnownFlags,
  origin: Origin,
  path: Path,
): { name: string; value: string | undefined } {
  const [, long, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
  if (long !== undefined) {
    if (Object.hasOwn(known, long)) return { name: long, value }
    throw unsupported(
      origin,
      path,
      `runArgs: --${long}`,
      Object.hasOwn(REASONS, long) ? REASONS[long] : undefined,
    )
  }
  if (!/^-[^-]/.test(arg)) throw invalid(origin, path, `"${arg}" is not an option of "docker run"`)
  const name = Object.keys(known).find((key) => known[key]?.short === arg.charAt(1))
  if (name === undefined) throw unsupported(origin, path, `runArgs: ${arg.slice(0, 2)}`)
  return { name, value: arg.length === 2 ? undefined : arg.slice(2).replace(/^=/, '') }
}
