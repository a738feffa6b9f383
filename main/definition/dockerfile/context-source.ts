import { posix } from 'node:path'
import type { Expanded } from './syntax/expand.ts'

/** Paths of the build context that one instruction reads: globs as in Go's filepath.Match, `.` for all of it. */
export interface ContextSource {
  patterns: string[]
  /** The instruction's line (1-based) in the person's file. */
  line: number
}

/** The folder that a build context is sent in, beside what Pristine adds to it. */
export const CONTEXT_FOLDER = 'context'

/** A source as a path of the context; one that cannot be known may be anything, and so everything. */
export function contextPattern(source: Expanded, parents: boolean): string {
  if (source.unknown !== undefined) return '.'
  const path = cleaned(source.text)
  if (!parents) return path
  // Only with --parents does `**` cross folders: everything below the last folder before it may be read.
  const parts = path.split('/')
  const wide = parts.findIndex((part) => part.includes('**'))
  return wide < 0 ? path : parts.slice(0, wide).join('/') || '.'
}

const cleaned = (path: string): string => posix.join('/', path).slice(1).replace(/\/$/, '') || '.'

/** The word that names the same source in a context that was put into CONTEXT_FOLDER. */
export function inFolder(word: string, source: Expanded, escapeChar: string, parents = false): string {
  if (source.unknown !== undefined)
    return `${CONTEXT_FOLDER}/${parents ? './' : ''}${word.replace(/^(?:\.{0,2}\/)+/, '')}`
  if (!parents) return quoted(posix.join(CONTEXT_FOLDER, cleaned(source.text)), escapeChar)
  const [first = '', ...rest] = source.text.split('/./')
  const [parent, pattern] = rest.length > 0 ? [first, rest.join('/./')] : ['', first]
  return quoted(`${posix.join(CONTEXT_FOLDER, cleaned(parent))}/./${cleaned(pattern)}`, escapeChar)
}

/** Writes a text so that substitution gives it back. */
export function quoted(text: string, escapeChar: string): string {
  let word = ''
  for (const char of text)
    word += char === escapeChar || char === '$' || char === '"' || char === "'" ? escapeChar + char : char
  return word
}

/** Writes a name so that a glob matches it and nothing else. */
export const literal = (name: string): string => name.replace(/[*?[\\]/g, '\\$&')

/** Whether a word would fall apart on a line. */
export const hasBlank = (word: string): boolean => /[\t\n\v\f\r ]/.test(word)

/** The words of a COPY or ADD as text; those with blanks need the JSON form. */
export function copyText(words: string[], json: boolean): string {
  const plain = !json && words.every((word) => word !== '' && !hasBlank(word)) && !words[0]?.startsWith('[')
  return plain ? words.join(' ') : JSON.stringify(words)
}
