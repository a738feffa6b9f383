import { shellWords } from './expand.ts'

/** A here-document: its end word, and whether leading tabs of the body are dropped (`<<-`). */
export interface Heredoc {
  name: string
  chomp: boolean
}

/** The here-document that a word opens (`<<EOF`, `<<-"EOF"`, `3<<EOF`); undefined for other words. */
function heredocOf(word: string): Heredoc | undefined {
  const match = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word)
  const rest = match?.[2]
  if (match === null || rest === undefined || rest === '') return undefined
  const [name, ...more] = shellWords(rest, { quotes: false, escapes: false })
  return name === undefined || more.length > 0 ? undefined : { name, chomp: match[1] === '-' }
}

/** All here-documents that a logical line opens, in the order of their bodies. */
export function heredocsOf(line: string): Heredoc[] {
  if (!line.includes('<<')) return []
  let words: string[]
  try {
    words = shellWords(line, { quotes: true, escapes: true })
  } catch {
    // BuildKit takes a line that it cannot cut into words (an open quote) to hold no here-document.
    return []
  }
  return words.flatMap((word) => heredocOf(word) ?? [])
}

/** Whether a word of COPY or ADD is a here-document; one that cannot be read is taken for a path, as BuildKit does. */
export function isHeredoc(word: string): boolean {
  try {
    return heredocOf(word) !== undefined
  } catch {
    return false
  }
}
