import type { Flag } from './parse-instruction.ts'

/** One `key=value` of a `--mount`; `start` and `end` are where the value stands in the flag's text. */
export interface MountField {
  key: string
  value: string
  start: number
  end: number
}

/** The fields of `--mount=type=bind,from=x`: comma separated, quoted as in CSV. */
export function mountFields(flag: Flag): MountField[] {
  const fields: MountField[] = []
  const { text } = flag
  let at = text.indexOf('=') + 1
  if (at === 0) return fields
  while (at <= text.length) {
    const quoted = text[at] === '"'
    if (quoted) at++
    const start = at
    let field = ''
    for (; at < text.length; at++) {
      if (quoted && text[at] === '"') {
        if (text[at + 1] !== '"') break
        at++
      } else if (!quoted && text[at] === ',') break
      field += text.charAt(at)
    }
    const end = at
    at += quoted ? 2 : 1
    const equals = field.indexOf('=')
    if (equals < 0) fields.push({ key: field.toLowerCase(), value: '', start: end, end })
    else {
      const key = field.slice(0, equals).toLowerCase()
      fields.push({ key, value: field.slice(equals + 1), start: start + equals + 1, end })
    }
  }
  return fields
}
