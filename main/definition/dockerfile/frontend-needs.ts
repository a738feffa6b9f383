import { lineOf, TRIGGER_ESCAPE } from './stages.ts'
import { mountFields } from './syntax/mount-fields.ts'
import { type Flag, type Instruction, parseInstruction, triggerStart } from './syntax/parse-instruction.ts'
import type { Directive, Statement } from './syntax/split-instructions.ts'

/** Something of a Dockerfile that not every builder's own frontend knows. */
export interface FrontendNeed {
  /** As a person would look for it: `COPY --link`. */
  what: string
  line: number
  /** The first major version of Docker whose own frontend knows it; null if none is known to. */
  since: number | null
}

/** The frontend that a Dockerfile names with `# syntax=`. */
export interface Frontend {
  reference: string
  line: number
  /** What the instructions that are sent use beyond what the first BuildKit in Docker knew, in the order of the file. */
  needs: FrontendNeed[]
}

/**
 * Flags, by the first Docker whose own frontend knows them; 0 for the first with BuildKit. The versions are those of the
 * BuildKit that each Docker contains (moby/buildkit, frontend/dockerfile/instructions/parse.go at its tags), without what a
 * build tag keeps for frontends called `labs` (as `dfaddchecksum` in BuildKit 0.11). What is not listed needs the frontend
 * that the file names.
 */
const FLAGS: Record<string, Record<string, number>> = {
  add: { chown: 0, chmod: 20, link: 23, checksum: 25 },
  copy: { chown: 0, from: 0, chmod: 20, link: 23 },
  from: { platform: 0 },
  healthcheck: { interval: 0, timeout: 0, 'start-period': 0, retries: 0, 'start-interval': 25 },
  run: { mount: 20, network: 23 },
}
/** Members of `RUN --mount` (the same, commands_runmount.go). */
const MOUNT_KEYS: Record<string, number> = {
  ...Object.fromEntries(
    'type from source src target dst destination readonly ro readwrite rw required id sharing mode uid gid'
      .split(' ')
      .map((key) => [key, 20]),
  ),
  size: 23,
  env: 28,
}
const MOUNT_TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh']
/** Older ones replace no variables in mounts. */
const MOUNT_VARIABLE = 23
const HEREDOC = 23
/** `--chmod=u+x`, `--chmod=$MODE`. */
const CHMOD_TEXT = 28
/** An `ONBUILD` that reads from another stage or image. */
const TRIGGER_FROM = 28
/** The first that knows the directive `check`: to an older one it is a comment, after which it reads no directives. */
const CHECK = 27

/** The instructions in whose text the builder itself replaces no variables. */
const SHELLS = ['run', 'cmd', 'entrypoint', 'shell', 'healthcheck', 'maintainer']

/**
 * What of an instruction not every builder's own frontend knows. Only what is sure to be the builder's is looked at: the
 * instruction, its flags, here-documents, and the variables that the builder replaces, never the text of a shell.
 */
export function instructionNeeds(statement: Statement): FrontendNeed[] {
  const isTrigger = statement.keyword === 'onbuild'
  const instruction: Instruction = isTrigger
    ? parseInstruction(statement.logical, triggerStart(statement.logical), TRIGGER_ESCAPE)
    : statement
  const name = `${isTrigger ? 'ONBUILD ' : ''}${instruction.keyword.toUpperCase()}`
  const need = (what: string, since: number | null): FrontendNeed => ({
    what: `${name} ${what}`,
    line: lineOf(statement),
    since,
  })
  return [
    ...(statement.heredocs.length > 0 ? [need('<<', HEREDOC)] : []),
    ...instruction.flags.flatMap((flag) =>
      flagNeeds(instruction.keyword, flag, isTrigger).map(({ what, since }) => need(what, since)),
    ),
    ...(SHELLS.includes(instruction.keyword) ? [] : variableNeeds(statement, need)),
  ].filter(({ since }) => since !== 0)
}

/** What of a file's directives it is. */
export function directiveNeeds(directives: Directive[]): FrontendNeed[] {
  const at = (wanted: string) => directives.findIndex(({ name }) => name === wanted)
  const first = directives[at('check')]
  if (!first || at('escape') < at('check')) return []
  return [{ what: '# check= above # escape=', line: first.line.number, since: CHECK }]
}

type Part = Pick<FrontendNeed, 'what' | 'since'>

function flagNeeds(keyword: string, flag: Flag, isTrigger: boolean): Part[] {
  const known = FLAGS[keyword]
  const since = known && Object.hasOwn(known, flag.name) ? (known[flag.name] ?? null) : null
  const what = `--${flag.name.slice(0, 40)}`
  const parts: Part[] = [{ what, since }]
  if (flag.name === 'chmod' && !/^[0-7]{1,4}$/.test(flag.value ?? ''))
    parts.push({ what: `--chmod=${(flag.value ?? '').slice(0, 40)}`, since: CHMOD_TEXT })
  if (flag.name === 'from' && isTrigger) parts.push({ what, since: TRIGGER_FROM })
  if (keyword === 'run' && flag.name === 'mount') parts.push(...mountNeeds(flag, isTrigger))
  return parts
}

function mountNeeds(flag: Flag, isTrigger: boolean): Part[] {
  return mountFields(flag).flatMap(({ key, value }): Part[] => {
    const since = Object.hasOwn(MOUNT_KEYS, key) ? (MOUNT_KEYS[key] ?? null) : null
    const parts: Part[] = [{ what: `--mount ${key.slice(0, 40)}=`, since }]
    if (value.includes('$')) parts.push({ what: `--mount ${key}=$…`, since: MOUNT_VARIABLE })
    else if (key === 'type' && !MOUNT_TYPES.includes(value.toLowerCase()))
      parts.push({ what: `--mount type=${value.slice(0, 40)}`, since: null })
    if (key === 'from' && isTrigger) parts.push({ what: '--mount from=', since: TRIGGER_FROM })
    return parts
  })
}

/** How each `${NAME…}` goes on that is not the plain one, or one of those that every builder knows. */
function variableNeeds(
  { logical, lines, own }: Statement,
  need: (what: string, since: number | null) => FrontendNeed,
): FrontendNeed[] {
  const text = [logical, ...lines.slice(own).map((line) => line.text)].join('\n')
  return [...text.matchAll(/\$\{(\w*)(:?.?)/g)].flatMap(([all, , operator = '']) => {
    if (['', '}', ':-', ':+', ':?', '?'].includes(operator)) return []
    if (['-', '+'].includes(operator)) return [need(`${all}…}`, 25)]
    return [need(`${all}…}`, ['#', '%', '/'].includes(operator) ? 26 : null)]
  })
}
