import { sanitize } from './sanitize.ts'

/** What a shell takes as one word as it is. */
const PLAIN = /^[\w./][\w./-]*$/

/** Quotes a text as one word of a POSIX shell, on one line: control characters become escapes (`$'…'`). */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text
  if (sanitize(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`
  const escaped = [...new TextEncoder().encode(text)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, '0')}`,
  )
  return `$'${escaped.join('')}'`
}
