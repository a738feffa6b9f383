import { isSpace, jsonWords, trimmed } from './split-words.ts'

/** A `--name=value` of an instruction; `text` is all of it, without quotes and escapes. */
export interface Flag {
  name: string
  value: string | undefined
  text: string
  start: number
  end: number
}

/** One logical line (continuations joined), cut into its parts; all offsets count in that line. */
export interface Instruction {
  /** Lower case. */
  keyword: string
  flags: Flag[]
  /** What follows the flags, without outer white space. */
  rest: string
  restStart: number
  /** The words of a JSON array, if `rest` is one and the instruction may have one. */
  json: string[] | undefined
}

const MAY_BE_JSON = new Set(['add', 'cmd', 'copy', 'entrypoint', 'run', 'shell', 'volume'])
const MAY_HOLD_HEREDOC = new Set(['add', 'copy', 'run'])

/** Parses the instruction that begins at `from` in a logical line. */
export function parseInstruction(line: string, from: number, escapeChar: string): Instruction {
  const outer = trimmed(line, from)
  const text = line.slice(0, outer.end)
  const blank = /[\t\v\f\r ]+/g
  blank.lastIndex = outer.start
  const gap = blank.exec(text)
  const keyword = text.slice(outer.start, gap?.index ?? text.length).toLowerCase()
  const { flags, end } = gap ? parseFlags(text, blank.lastIndex, escapeChar) : { flags: [], end: text.length }
  const rest = trimmed(text, end)
  const restText = text.slice(rest.start, rest.end)
  return {
    keyword,
    flags,
    rest: restText,
    restStart: rest.start,
    json: MAY_BE_JSON.has(keyword) ? jsonWords(restText) : undefined,
  }
}

/** Where the instruction inside an `ONBUILD` begins in its logical line. */
export function triggerStart(line: string): number {
  const match = /^[\t\n\f\r ]*ONBUILD[\t\n\f\r ]*/i.exec(line)
  return match?.[0].length ?? 0
}

export function mayHoldHeredoc(instruction: Instruction, line: string, escapeChar: string): boolean {
  const inner =
    instruction.keyword === 'onbuild'
      ? parseInstruction(line, instruction.restStart, escapeChar)
      : instruction
  return MAY_HOLD_HEREDOC.has(inner.keyword) && inner.json === undefined
}

export const flagOf = (instruction: Instruction, name: string): Flag | undefined =>
  instruction.flags.find((flag) => flag.name === name)

function parseFlags(text: string, from: number, escapeChar: string): { flags: Flag[]; end: number } {
  const flags: Flag[] = []
  let at = from
  while (true) {
    while (at < text.length && isSpace(text[at])) at++
    if (!text.startsWith('--', at)) return { flags, end: at }
    const start = at
    let word = ''
    let quote = ''
    for (; at < text.length; at++) {
      let char = text.charAt(at)
      if (quote === '' && isSpace(char)) break
      if (quote === '' ? char === "'" || char === '"' : char === quote) {
        quote = quote === '' ? char : ''
        continue
      }
      if (char === escapeChar) {
        if (at + 1 === text.length) continue
        at++
        char = text.charAt(at)
      }
      word += char
    }
    if (word === '--') return { flags, end: at }
    const equals = word.indexOf('=')
    flags.push({
      name: word.slice(2, equals < 0 ? undefined : equals),
      value: equals < 0 ? undefined : word.slice(equals + 1),
      text: word,
      start,
      end: at,
    })
  }
}

/** The position of a part of a flag's text in the logical line, and what has to surround a replacement. */
export interface FlagPart {
  start: number
  end: number
  before: string
  after: string
}

/** The part of a flag from `from` to `to` (in its text). A flag with quotes or escapes is rewritten around it. */
export function flagPart(line: string, flag: Flag, from: number, to: number, escapeChar: string): FlagPart {
  if (line.slice(flag.start, flag.end) === flag.text)
    return { start: flag.start + from, end: flag.start + to, before: '', after: '' }
  const before = flagText(flag.text.slice(0, from), escapeChar)
  const after = flagText(flag.text.slice(to), escapeChar)
  return { start: flag.start, end: flag.end, before, after }
}

/** Writes a text so that it is read as a part of one flag. */
export function flagText(text: string, escapeChar: string): string {
  let written = ''
  for (const char of text)
    written += isSpace(char) || char === '"' || char === "'" || char === escapeChar ? escapeChar + char : char
  return written
}
