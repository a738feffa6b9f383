import { productError } from '../../../shared/errors.ts'
import { splitDockerfile } from './split.ts'
import { isSpace } from './words.ts'

/** In UTF-16 units; three bytes each at most, well below BuildKit's limit of 64 KB a line. */
const PIECE = 15_000

/**
 * Appends a LABEL to the last stage of a Dockerfile. Values may hold anything but line ends; long ones
 * are continued, so that no line exceeds 60 KB.
 */
export function appendLabels(text: string, labels: Record<string, string>): string {
  const entries = Object.entries(labels)
  if (entries.length === 0) return text
  const { escapeChar } = splitDockerfile(text)
  const pairs = entries.map(([name, value]) => {
    if (!/^[\w.\-/]+$/.test(name) || /[\r\n]/.test(value))
      throw productError('internal', { problem: `the label ${name} cannot be written` })
    return `${name}="${continued(quotedValue(value, escapeChar), escapeChar)}"`
  })
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${start}LABEL ${pairs.join(` ${escapeChar}\n  `)}\n`
}

function quotedValue(value: string, escapeChar: string): string {
  let text = ''
  for (const char of value)
    text += char === escapeChar || char === '"' || char === '$' ? escapeChar + char : char
  return text
}

/** Breaks a text where the parser joins it again: not after an escape, not before a blank or a `#`. */
function continued(text: string, escapeChar: string): string {
  const lines: string[] = []
  let start = 0
  while (text.length - start > PIECE) {
    let end = start + PIECE
    while (end > start && !mayBreak(text, end, escapeChar)) end--
    if (end === start) throw productError('internal', { problem: 'a label is too long to be written' })
    lines.push(text.slice(start, end))
    start = end
  }
  lines.push(text.slice(start))
  return lines.join(`${escapeChar}\n`)
}

function mayBreak(text: string, at: number, escapeChar: string): boolean {
  const next = text.charAt(at)
  const low = next >= '\udc00' && next <= '\udfff'
  return text.charAt(at - 1) !== escapeChar && next !== '#' && !low && !isSpace(next)
}
