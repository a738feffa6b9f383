import type { Place, Source } from '../yaml/node.ts'
import { invalidAt } from '../yaml/problem.ts'
import { type LookUp, variablesOf } from './evaluate.ts'
import { noteMadeOf } from './notes.ts'
import type { Scope } from './scope.ts'
import { parseTemplate } from './template.ts'

/** In bytes of text: the names of variables are short. */
const LONGEST_NAME = 1024

/**
 * The variables of an env file in Compose's format: `NAME=value`, with quotes, escapes, comments and variables, values
 * over several lines in quotes, and a name alone for the value that `scope` has. A value may name variables of the lines
 * above and of `own`; `scope` counts more. Errors: definition-invalid, variable-missing.
 */
export function parseDotenv(
  source: Source,
  text: string,
  scope: Scope,
  own: LookUp = () => undefined,
): Map<string, string> {
  const found = new Map<string, string>()
  const reader = new LineReader(source, text.replaceAll('\r\n', '\n'))
  for (let statement = reader.next(); statement; statement = reader.next()) {
    const { name, place } = statement
    requireUsable(name, place)
    const before: LookUp = (variable) => {
      const first = scope.peek(variable) === undefined ? undefined : scope.lookUp(variable, place)
      return first ?? own(variable) ?? found.get(variable)
    }
    const value = textFor(statement, scope, before)
    if (value !== undefined) found.set(name, withoutZero(value, place))
  }
  return found
}

/** The lines of an env file with each value as it is: what `docker run --env-file` reads. Errors: definition-invalid. */
export function parseRawEnv(source: Source, text: string, scope: Scope): Map<string, string> {
  const found = new Map<string, string>()
  for (const [at, written] of text.split('\n').entries()) {
    const line = written.replace(/\r$/, '').trimStart()
    if (line === '' || line.startsWith('#')) continue
    const place = { source, line: at + 1, column: written.length - written.trimStart().length + 1 }
    const equals = line.indexOf('=')
    const name = equals < 0 ? line.trimEnd() : line.slice(0, equals)
    if (name === '' || /[\s\0]/.test(name)) throw invalidAt(place, 'the line is not NAME=value')
    requireUsable(name, place)
    const value = equals < 0 ? scope.lookUp(name, place) : line.slice(equals + 1)
    if (value !== undefined) found.set(name, withoutZero(value, place))
  }
  return found
}

/** No program could be given it, and no path has it. Error: definition-invalid. */
function withoutZero(value: string, place: Place): string {
  if (value.includes('\0')) throw invalidAt(place, 'a value cannot hold the character of number 0')
  return value
}

function requireUsable(name: string, place: Place): void {
  if (name === '__proto__') throw invalidAt(place, '"__proto__" is not a name that can be used')
}

/** One variable as written; `value` is undefined for a name alone. */
interface Statement {
  name: string
  value?: { text: string; quote: '"' | "'" | '' }
  place: Place
}

function textFor({ name, value, place }: Statement, scope: Scope, before: LookUp): string | undefined {
  if (value === undefined) return scope.lookUp(name, place)
  if (value.quote === "'") return value.text
  const text = value.quote === '"' ? unescaped(value.text) : value.text
  const found = scope.text(text, place, before)
  const parts = found.template === undefined ? [] : parseTemplate(found.template)
  if (typeof parts !== 'string') noteMadeOf(scope.notes, name, variablesOf(parts))
  return found.value
}

class LineReader {
  private readonly source: Source
  private readonly text: string
  private at = 0
  private line = 1
  private lineStart = 0

  constructor(source: Source, text: string) {
    this.source = source
    this.text = text
  }

  next(): Statement | undefined {
    this.skipToStatement()
    if (this.at >= this.text.length) return undefined
    const exported = matchAt(/export[^\S\n]+/y, this.text, this.at)
    if (exported) this.moveTo(this.at + exported.length)
    const place = this.place()
    const end = endOf(this.text, /[=:\n]/g, this.at)
    const name = this.text.slice(this.at, end).trim()
    if (!/^[\p{L}\p{N}_.[\]-]+$/u.test(name) || name.length > LONGEST_NAME) {
      throw invalidAt(place, 'the line does not begin with the name of a variable')
    }
    const isAlone = end >= this.text.length || this.text.charAt(end) === '\n'
    this.moveTo(end + (isAlone ? 0 : 1))
    return isAlone ? { name, place } : { name, value: this.value(), place }
  }

  private value(): NonNullable<Statement['value']> {
    this.moveTo(this.at + (matchAt(/[^\S\n]*/y, this.text, this.at)?.length ?? 0))
    const quote = this.text.charAt(this.at)
    if (quote === '"' || quote === "'") return { text: this.quotedText(quote), quote }
    const end = endOf(this.text, /\n/g, this.at)
    const line = this.text.slice(this.at, end)
    this.moveTo(end)
    const comment = line.indexOf(' #')
    return { text: (comment < 0 ? line : line.slice(0, comment)).trimEnd(), quote: '' }
  }

  private quotedText(quote: '"' | "'"): string {
    const begin = this.place()
    let text = ''
    let at = this.at + 1
    for (; this.text.charAt(at) !== quote; at++) {
      if (at >= this.text.length) throw invalidAt(begin, `the value has no closing quote (${quote})`)
      const escapes = this.text.charAt(at) === '\\'
      if (escapes) at += 1
      const char = this.text.charAt(at)
      text += escapes && char !== quote ? `\\${char}` : char
    }
    this.moveTo(at + 1)
    const rest = this.text.slice(this.at, endOf(this.text, /\n/g, this.at))
    if (!/^\s*(?:#.*)?$/.test(rest)) throw invalidAt(this.place(), 'expected nothing after the closing quote')
    this.moveTo(this.at + rest.length)
    return text
  }

  private skipToStatement(): void {
    const skipped = matchAt(/(?:\s+|#[^\n]*)*/y, this.text, this.at)
    this.moveTo(this.at + (skipped?.length ?? 0))
  }

  private moveTo(to: number): void {
    for (
      let at = this.text.indexOf('\n', this.at);
      at >= 0 && at < to;
      at = this.text.indexOf('\n', at + 1)
    ) {
      this.line += 1
      this.lineStart = at + 1
    }
    this.at = to
  }

  private place(): Place {
    return { source: this.source, line: this.line, column: this.at - this.lineStart + 1 }
  }
}

function endOf(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? text.length
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  // It is replaced by one dollar with the variables.
  $: '$$',
  '"': '"',
  '\\': '\\',
}

/** The escapes of a value in double quotes; any other backslash stays. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:([abfnrtv$"\\])|0([0-7]{3}))/g, (_, letter?: string, octal = '') =>
    letter === undefined ? String.fromCharCode(Number.parseInt(octal, 8)) : (ESCAPES[letter] ?? letter),
  )
