import { productError } from '../../../shared/errors.ts'
import { splitDockerfile } from './syntax/split-instructions.ts'

/**
 * Appends a LABEL to the last stage of a Dockerfile. Values may hold anything but line ends; they are short, because
 * no line of a Dockerfile may have more than 64 KB.
 */
export function appendLabels(text: string, labels: Record<string, string>): string {
  const entries = Object.entries(labels)
  if (entries.length === 0) return text
  const { escapeChar } = splitDockerfile(text)
  const pairs = entries.map(([name, value]) => {
    if (!/^[\w.\-/]+$/.test(name) || /[\r\n]/.test(value))
      throw productError('internal', { problem: `the label ${name} cannot be written` })
    return `${name}="${quotedValue(value, escapeChar)}"`
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
