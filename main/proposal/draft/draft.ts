import type { ProposedLine } from '../../../shared/proposal.ts'
import { KNOWN_LOCKFILES } from '../../definition/devcontainer/known-lockfiles.ts'
import type { ProjectReader } from './project-reader.ts'

/** A line with its reason; `from` is the file that it comes from. */
export type Reasoned = ProposedLine

/** The reason for something, and the file that shows it. */
export interface Because {
  reason: string
  from: string | null
}

/** A key of the devcontainer.json. */
export interface Setting extends Because {
  key: string
  value: unknown
}

/** What is proposed for one stack. Either an image, or the lines of a Dockerfile. */
export interface Draft {
  stack: string
  /** The file that shows the stack. */
  from: string
  base: { image: string; because: Because } | { dockerfile: Reasoned[]; because: Because }
  settings: Setting[]
  /** Names of the packages that the project depends on, with the file that names them. */
  dependencies: { name: string; file: string }[]
}

/** A port that a program serves on. */
export interface Port extends Because {
  port: number
}

export const setting = (key: string, value: unknown, reason: string, from: string | null): Setting => ({
  key,
  value,
  reason,
  from,
})

/**
 * Files in the folder a look is at, as far as they are there, that decide what a hook makes. Those that count unasked
 * are left out: known lockfiles of the project's own folder. `reason` describes their effect.
 */
export function inputs(look: ProjectReader, files: string[], reason: string): Setting[] {
  const there = files.filter((file) => file.includes('*') || look.has(file))
  const named = there.filter((file) => look.at !== '' || !KNOWN_LOCKFILES.some((glob) => isNamed(file, glob)))
  const [first] = named
  if (first === undefined) return []
  const value = { pristine: { inputs: named.map((file) => look.path(file)) } }
  return [
    setting(
      'customizations',
      value,
      `Part of the version: ${reason}`,
      first.includes('*') ? null : look.path(first),
    ),
  ]
}

const isNamed = (file: string, glob: string): boolean =>
  file === glob || (glob === 'requirements*.txt' && /^requirements[^/]*\.txt$/.test(file))

export const forwardPorts = (port: Port | undefined): Setting[] =>
  port === undefined ? [] : [setting('forwardPorts', [port.port], port.reason, port.from)]

/** A command that is run in the folder a look is at. */
export const commandIn = (at: string, command: string): string =>
  at === '' ? command : `cd ${PLAIN.test(at) ? at : `'${at.replaceAll("'", `'\\''`)}'`} && ${command}`

/** What a shell takes as one word as it is. */
const PLAIN = /^[\w./][\w./-]*$/
