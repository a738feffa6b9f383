import { Lexer } from 'yaml'

/** Deeper nesting than any Compose file needs, and shallow enough for recursion. */
export const MAX_DEPTH = 100
/** Words, marks and line ends; some eight in a line of a Compose file. */
const MAX_LEXEMES = 100_000

/** What YAML's lexer writes for itself, and what is not there in the text. */
const MARKS = ['\u0002', '\u0018', '\u001f']

export const TOO_DEEP = `expected at most ${MAX_DEPTH} levels of nesting`

/**
 * What makes a text too much for the parser, which takes a long time for each part of it and calls itself for each level;
 * undefined for one that it can take. `offset`: where that begins.
 */
export function tooMuchIn(text: string): { offset: number; problem: string } | undefined {
  let count = 0
  let offset = 0
  let flow = 0
  let compact = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (MARKS.includes(lexeme)) continue
    if (lexeme === '[' || lexeme === '{') flow += 1
    else if (lexeme === ']' || lexeme === '}') flow -= 1
    else if (lexeme.includes('\n')) compact = 0
    else if (lexeme === '-' || lexeme === '?') compact += 1
    count += 1
    if (flow + compact > MAX_DEPTH) return { offset, problem: TOO_DEEP }
    if (count > MAX_LEXEMES)
      return { offset, problem: 'the file is longer than any Compose file needs to be' }
    offset += lexeme.length
  }
  return undefined
}
