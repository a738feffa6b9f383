/**
 * Splits a text at a separator, but not within `${…}`: a template's default may hold the separator.
 * With `quotes`, double quotes protect it too and are taken away, as in a CSV record.
 */
export function split(text: string, separator: string, quotes = false): string[] {
  const parts = ['']
  let quoted = false
  // Asked once: a text of a million `${` would be searched a million times.
  const lastClose = text.lastIndexOf('}')
  const add = (more: string) => parts.push((parts.pop() ?? '') + more)
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    const close = i < lastClose && text.startsWith('${', i) ? text.indexOf('}', i) : -1
    if (close > 0) {
      add(text.slice(i, close + 1))
      i = close
    } else if (quotes && char === '"') {
      if (quoted && text.charAt(i + 1) === '"') {
        add('"')
        i += 1
      } else quoted = !quoted
    } else if (char === separator && !quoted) parts.push('')
    else add(char)
  }
  return parts
}
