import { ReadingBudget } from './reading-budget.ts'
import { replaceMatches, trimPrefix, trimSuffix } from './shell-pattern.ts'
import { isSpace } from './split-words.ts'

/**
 * Variables in Dockerfiles, as BuildKit substitutes them (frontend/dockerfile/shell/lex.go), with one
 * thing more: a variable's value may be unknown (it comes from the base image, or from the platform
 * that is built for), or personal (it comes from this computer); what depends on it is then the same, by the
 * variable's name.
 */
export type Value = string | Expanded
export type Scope = (name: string) => Value | undefined

export interface Expanded {
  text: string
  /** The variable that the text depends on and whose value cannot be known; `text` then means nothing. */
  unknown?: string
  /** The variable with a value of this computer that the text depends on. */
  personal?: string
}

interface Mode {
  escapeChar: string
  rawQuotes?: boolean
  rawEscapes?: boolean
  keepUnset?: boolean
}

const MAX_DEPTH = 100

/**
 * Replaces the variables in one word and removes its quotes and escapes; SyntaxError for what BuildKit refuses.
 * What the values bring in counts as effort.
 */
export function expand(
  word: string,
  scope: Scope,
  escapeChar: string,
  budget = new ReadingBudget(),
): Expanded {
  const lexer = new Lexer(word, scope, { escapeChar }, budget)
  const text = lexer.read('')
  const { unknown, personal } = lexer
  return { text, ...(unknown !== undefined && { unknown }), ...(personal !== undefined && { personal }) }
}

/** The words of a line after substitution, as the search for heredocs sees them; unset variables stay as written. */
export function shellWords(line: string, raw: { quotes: boolean; escapes: boolean }): string[] {
  const mode = { escapeChar: '\\', rawQuotes: raw.quotes, rawEscapes: raw.escapes, keepUnset: true }
  const words: string[] = []
  let word = ''
  new Lexer(line, () => undefined, mode, new ReadingBudget()).read('', (part, splits) => {
    for (const char of part) {
      if (!splits || !isSpace(char)) word += char
      else if (word !== '') {
        words.push(word)
        word = ''
      }
    }
  })
  return word === '' ? words : [...words, word]
}

class Lexer {
  unknown: string | undefined
  personal: string | undefined
  private at = 0
  private depth = 0
  private readonly source: string
  private readonly scope: Scope
  private readonly mode: Mode
  private readonly budget: ReadingBudget
  private rawEscapes: boolean

  constructor(source: string, scope: Scope, mode: Mode, budget: ReadingBudget) {
    this.source = source
    this.scope = scope
    this.mode = mode
    this.budget = budget
    this.rawEscapes = mode.rawEscapes ?? false
  }

  /**
   * Reads up to the character `stop`, which is consumed, or to the end when it is empty. `each` is called for every
   * part, with whether blanks in it would separate words.
   */
  read(stop: string, each: (part: string, splits: boolean) => void = () => {}): string {
    let text = ''
    const add = (part: string, splits: boolean): void => {
      text += part
      each(part, splits)
    }
    while (this.at < this.source.length) {
      const char = this.source.charAt(this.at)
      if (stop !== '' && char === stop) {
        this.at++
        return text
      }
      if (char === "'") add(this.singleQuoted(), false)
      else if (char === '"') add(this.doubleQuoted(), false)
      else if (char === '$') add(this.dollar(), true)
      else if (char === '<') add(this.less(), false)
      else if (char === this.mode.escapeChar) {
        this.at++
        if (this.rawEscapes) add(char, false)
        if (this.at < this.source.length) add(this.next(), false)
      } else add(this.next(), true)
    }
    if (stop !== '') throw new SyntaxError(`missing '${stop}'`)
    return text
  }

  private next(): string {
    const char = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0)
    this.at += char.length
    return char
  }

  private singleQuoted(): string {
    const end = this.source.indexOf("'", this.at + 1)
    if (end < 0) throw new SyntaxError("missing '")
    const text = this.mode.rawQuotes
      ? this.source.slice(this.at, end + 1)
      : this.source.slice(this.at + 1, end)
    this.at = end + 1
    return text
  }

  private doubleQuoted(): string {
    let text = this.mode.rawQuotes ? '"' : ''
    this.at++
    while (this.at < this.source.length) {
      const char = this.source.charAt(this.at)
      if (char === '"') {
        this.at++
        return this.mode.rawQuotes ? `${text}"` : text
      }
      if (char === '$') {
        text += this.dollar()
        continue
      }
      this.at++
      if (char !== this.mode.escapeChar) {
        text += char
        continue
      }
      if (this.rawEscapes) text += char
      const next = this.source.charAt(this.at)
      if (next === '"' || next === '$' || next === this.mode.escapeChar) {
        text += next
        this.at++
      } else if (next !== '') text += char
    }
    throw new SyntaxError('missing "')
  }

  /** `<<` takes the blanks after it along, so that `<< EOF` is one word. */
  private less(): string {
    const start = this.at++
    if (this.source.charAt(this.at) !== '<') return '<'
    this.at++
    while (/[\t\r ]/.test(this.source.charAt(this.at))) this.at++
    return this.source.slice(start, this.at)
  }

  private dollar(): string {
    this.at++
    if (this.source.charAt(this.at) !== '{') {
      const name = this.name()
      if (name === '') return '$'
      const value = this.value(name)
      return value === undefined ? (this.mode.keepUnset ? `$${name}` : '') : value
    }
    if (++this.depth > MAX_DEPTH) throw new SyntaxError('variables are nested too deeply')
    this.at++
    const text = this.braced()
    this.depth--
    return text
  }

  private braced(): string {
    const first = this.source.charAt(this.at)
    if (first === '') throw new SyntaxError("missing '}'")
    if (first === '{' || first === '}' || first === ':') throw new SyntaxError('bad substitution')
    const name = this.name()
    let operator = this.source.charAt(this.at++)
    if (operator === '}') {
      const value = this.value(name)
      return value === undefined ? (this.mode.keepUnset ? `\${${name}}` : '') : value
    }
    if (operator === '/') return this.replaced(name)
    const emptyIsUnset = operator === ':'
    if (emptyIsUnset) operator += this.source.charAt(this.at++)
    const kind = operator.slice(-1)
    if (!'+-?#%'.includes(kind) || kind === '' || (emptyIsUnset && '#%'.includes(kind)))
      throw new SyntaxError(`unsupported modifier (${operator}) in substitution`)
    const word = this.inner('}', kind === '#' || kind === '%')
    const value = this.value(name)
    if (value === undefined && this.mode.keepUnset) return `\${${name}${operator}${word}}`
    const missing = value === undefined || (emptyIsUnset && value === '')
    switch (kind) {
      case '-':
        return missing ? word : value
      case '+':
        return missing ? '' : word
      case '?':
        if (!missing) return value
        // An unknown value may well be set when the image is built.
        if (this.unknown !== undefined) return ''
        throw new SyntaxError(
          `${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`,
        )
      default: {
        const farthest = word.startsWith(kind)
        const pattern = farthest ? word.slice(1) : word
        return kind === '#'
          ? trimPrefix(pattern, value ?? '', farthest, this.budget)
          : trimSuffix(pattern, value ?? '', farthest, this.budget)
      }
    }
  }

  private replaced(name: string): string {
    const all = this.source.charAt(this.at) === '/'
    if (all) this.at++
    const pattern = this.inner('/', true)
    const replacement = this.inner('}', true)
    const value = this.value(name)
    if (value === undefined && this.mode.keepUnset) return `\${${name}/${pattern}/${replacement}}`
    return replaceMatches(pattern, value ?? '', replacement, all, this.budget)
  }

  private inner(stop: string, rawEscapes: boolean): string {
    const before = this.rawEscapes
    this.rawEscapes = rawEscapes
    const text = this.read(stop)
    this.rawEscapes = before
    return text
  }

  private value(name: string): string | undefined {
    const value = this.scope(name)
    if (value === undefined) return undefined
    if (typeof value === 'string') {
      this.budget.spend(value.length)
      return value
    }
    this.personal ??= value.personal
    this.unknown ??= value.unknown
    if (value.unknown !== undefined) return ''
    this.budget.spend(value.text.length)
    return value.text
  }

  private name(): string {
    const rest = this.source.slice(this.at, this.at + 4096)
    const match = /^(?:\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*)/u.exec(rest)
    this.at += match?.[0].length ?? 0
    return match?.[0] ?? ''
  }
}
