import { existsSync } from 'node:fs'
import path from 'node:path'
import { globMatches, globTokens, type Token } from '../../files/glob.ts'
import type { ContextSource } from '../dockerfile/context-source.ts'
import type { Checkout } from './checkout.ts'
import { partsOf } from './collect-files.ts'
import { Ignore, type IgnoreFile } from './dockerignore.ts'

/** Whether a path, from the repository's root, is an input; of a folder, whether something in it can be one. */
export type Wanted = (at: string, isFolder: boolean) => boolean

/** What a whole clone has and this one has not; from the project's folder. */
export interface MissingInputs {
  /** Tracked files, or submodules, that a sparse checkout leaves out. One that is there all the same is not missing. */
  files: string[]
  /** Submodules that are not initialised. */
  modules: string[]
}

/** What is missing of what one of the given asks for. */
export function missingInputs({ root, folder, tree }: Checkout, wanted: Wanted[]): MissingInputs {
  const isWanted: Wanted = (...path) => wanted.some((asks) => asks(...path))
  const own = (at: string): string => path.posix.relative(folder, at)
  const files = [...(tree?.skipped() ?? [])].filter(
    (file) => isWanted(file, false) && !existsSync(path.join(root, file)),
  )
  const modules = [...(tree?.uninitialised() ?? [])].filter(
    (module) => isWanted(module, true) && !files.includes(module),
  )
  return { files: files.map(own), modules: modules.map(own) }
}

/** What the sources of a build can read of its context, after the ignore file. Error: definition-invalid, for that file. */
export function wantedInContext(
  checkout: Checkout,
  contextDir: string,
  sources: Pick<ContextSource, 'patterns'>[],
  ignoreFile: IgnoreFile | undefined,
): Wanted {
  const within = checkout.pathOf(contextDir)
  const prefix = within === '' ? '' : `${within}/`
  const ignore = new Ignore(ignoreFile)
  const matches = wantedBy(
    sources.flatMap((source) => source.patterns),
    { wide: false },
  )
  return (at, isFolder) => {
    // The context may lie in the submodule.
    if (isFolder && prefix.startsWith(`${at}/`)) return true
    const name = at.slice(prefix.length)
    return at.startsWith(prefix) && matches(name, isFolder) && !ignore.matchFromTop(name).ignored
  }
}

/** What patterns match, by itself or by a folder above it. `wide`: `**` as a part of a pattern crosses folders. */
export function wantedBy(patterns: string[], { wide }: { wide: boolean }): Wanted {
  const all = patterns.map((pattern) => partsOf(pattern).map((part) => partOf(part, wide)))
  return (at, isFolder) => {
    const names = at.split('/')
    return all.some((parts) => (isFolder ? reaches(parts, names) : matches(parts, names)))
  }
}

/** The tokens of a part of a pattern; undefined for one that is malformed, and matches nothing. */
type Part = 'wide' | Token[] | undefined

const partOf = (part: string, wide: boolean): Part =>
  wide && part === '**' ? 'wide' : globTokens(part, false)

const isMatch = (part: Part, name: string): boolean =>
  part !== 'wide' && part !== undefined && globMatches(part, name)

/** Whether a pattern can match something in a folder. */
function reaches(parts: Part[], names: string[]): boolean {
  const at = parts.findIndex((part, at) => part === 'wide' || at === names.length)
  return (at < 0 ? parts : parts.slice(0, at)).every((part, place) => isMatch(part, names[place] ?? ''))
}

/** Whether a pattern matches a path or a folder above it. */
function matches(parts: Part[], names: string[]): boolean {
  /** Up to which places of the path the parts so far can match. */
  let ends = new Set([0])
  for (const part of parts) {
    const next = new Set<number>()
    for (const end of ends)
      if (part === 'wide') for (let at = end; at <= names.length; at++) next.add(at)
      else if (end < names.length && isMatch(part, names[end] ?? '')) next.add(end + 1)
    ends = next
  }
  return ends.size > 0
}
