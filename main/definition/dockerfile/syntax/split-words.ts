/**
 * How BuildKit cuts an instruction's text into words (frontend/dockerfile/parser: line_parsers.go,
 * split_command.go). Go's idea of white space differs from JavaScript's, and decides.
 */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

export const isSpace = (char: string | undefined): boolean => char !== undefined && SPACE.test(char)

/** The first and the last offset (exclusive) of what is left between outer white space. */
export function trimmed(text: string, from = 0): { start: number; end: number } {
  let start = from
  let end = text.length
  while (start < end && isSpace(text[start])) start++
  while (end > start && isSpace(text[end - 1])) end--
  return { start, end }
}

/** Words between blanks; quotes mean nothing here. */
export function blankSeparated(text: string): string[] {
  return text === '' ? [] : text.split(/[\t\v\f\r ]+/)
}

/** A JSON array of strings; undefined for any other text. Other arrays are an error, as in BuildKit. */
export function jsonWords(text: string): string[] | undefined {
  if (text[trimmed(text).start] !== '[') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(value)) return undefined
  const words: string[] = []
  for (const item of value) {
    if (typeof item !== 'string') throw new SyntaxError('A JSON array must hold strings only.')
    words.push(item)
  }
  return words
}

/** Words as in `ENV a="b c" d=e`: quotes hold a word together and stay part of it. */
export function quotedWords(text: string, escapeChar: string): string[] {
  const words: string[] = []
  let word = ''
  let quoted = false
  let quote = ''
  const end = (): void => {
    if (quoted || word !== '') words.push(word)
    word = ''
    quoted = false
  }
  for (let at = 0; at < text.length; at++) {
    let char = text.charAt(at)
    if (quote === '' && isSpace(char)) {
      end()
      continue
    }
    if (quote === '' && (char === "'" || char === '"')) {
      quote = char
      quoted = true
    } else if (char === quote) {
      quote = ''
    } else if (char === escapeChar && quote !== "'") {
      if (at + 1 === text.length) continue
      word += char
      at++
      char = text.charAt(at)
    }
    word += char
  }
  end()
  return words
}
