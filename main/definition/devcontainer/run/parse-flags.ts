import { invalid, type Origin, type Path, unsupported } from '../document/source-position.ts'

/** One option of a docker command: its long name, its value, and where it stands. */
export interface Flag {
  name: string
  value: string
  path: Path
}

/** How an option is written: its short form; whether it needs no value; another long name that it goes by. */
export interface FlagForm {
  short?: string
  switch?: true
  alias?: string
}
export type FlagForms = Readonly<Record<string, FlagForm>>

/** Where a list of options stands, and the docker command that it is for. */
export interface FlagList {
  path: Path
  command: 'docker run' | 'docker build'
}

/**
 * Reads docker's option syntax: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-ab` for switches. What is not known
 * is `definition-unsupported`, named `runArgs: --name`; templates are never taken for options.
 */
export function readFlags(
  args: readonly string[],
  known: FlagForms,
  { path: list, command }: FlagList,
  origin: Origin,
): Flag[] {
  const flags: Flag[] = []
  for (let i = 0; i < args.length; i++) {
    const path = [...list, i]
    const place = { path, command, key: list.join('.') }
    for (const { name, value } of splitFlag(args[i] ?? '', known, place, origin)) {
      const attached = value ?? (known[name]?.switch ? 'true' : undefined)
      if (attached === undefined) i += 1
      const given = attached ?? args[i]
      if (given === undefined) throw invalid(origin, path, `"--${name}" needs a value`)
      flags.push({ name, value: given, path })
    }
  }
  return flags
}

interface Written {
  name: string
  value: string | undefined
}

function splitFlag(
  arg: string,
  known: FlagForms,
  { path, command, key }: FlagList & { key: string },
  origin: Origin,
): Written[] {
  const [, long, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? []
  if (long !== undefined) {
    const name = Object.hasOwn(known, long) ? long : nameWith(known, ({ alias }) => alias === long)
    if (name === undefined) throw unsupported(origin, path, `${key}: --${long}`)
    return [{ name, value }]
  }
  if (!/^-[^-]/.test(arg)) throw invalid(origin, path, `"${arg}" is not an option of "${command}"`)
  const found: Written[] = []
  for (let rest = arg.slice(1); rest !== ''; ) {
    const letter = rest.charAt(0)
    const name = nameWith(known, ({ short }) => short === letter)
    if (name === undefined) throw unsupported(origin, path, `${key}: -${letter}`)
    rest = rest.slice(1)
    const isAlone = known[name]?.switch && !rest.startsWith('=')
    found.push({ name, value: isAlone || rest === '' ? undefined : rest.replace(/^=/, '') })
    if (!isAlone) break
  }
  return found
}

const nameWith = (known: FlagForms, fits: (form: FlagForm) => boolean): string | undefined =>
  Object.entries(known).find(([, form]) => fits(form))?.[0]
