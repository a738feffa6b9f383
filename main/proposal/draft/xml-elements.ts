/** The texts of an XML file's elements of one name that hold nothing but text. Comments count for nothing. */
export function elements(xml: string, name: string): string[] {
  const found: string[] = []
  const text = withoutComments(xml)
  const [open, close] = [`<${name}>`, `</${name}>`]
  for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 1)) {
    const start = at + open.length
    const end = text.indexOf('<', start)
    if (end >= 0 && text.startsWith(close, end)) found.push(text.slice(start, end).trim())
  }
  return found
}

/** Not by a pattern: one that fits comments takes squared time on a text that only begins them. */
function withoutComments(xml: string): string {
  let text = ''
  let from = 0
  for (;;) {
    const start = xml.indexOf('<!--', from)
    if (start < 0) return text + xml.slice(from)
    text += xml.slice(from, start)
    const end = xml.indexOf('-->', start + 4)
    if (end < 0) return text
    from = end + 3
  }
}
