import type { Flag } from './instruction.ts'

/** One `key=value` of a `--mount`; the offsets of the value count in the instruction's logical line. */
export interface MountField {
  key: string
  value: string
  start: number
  end: number
}

/** The fields of `--mount=type=bind,from=x`: comma separated, quoted as in CSV. */
export function mountFields(flag: Flag): MountField[] {
  const fields: MountField[] = []
  const text = flag.text
  let at = text.indexOf('=') + 1
  if (at === 0) return fields
  while (at <= text.length) {
    let field = ''
    const offsets: number[] = []
    const quoted = text[at] === '"'
    if (quoted) at++
    for (; at < text.length; at++) {
      if (quoted && text[at] === '"') {
        if (text[at + 1] !== '"') break
        at++
      } else if (!quoted && text[at] === ',') break
      field += text.charAt(at)
      offsets.push(flag.offsets[at] ?? flag.end)
    }
    if (quoted) at++
    at++
    const equals = field.indexOf('=')
    const key = field.slice(0, equals < 0 ? undefined : equals).toLowerCase()
    const value = equals < 0 ? '' : field.slice(equals + 1)
    const start = offsets[equals + 1] ?? (offsets.at(-1) ?? flag.end - 1) + 1
    fields.push({ key, value, start, end: value === '' ? start : (offsets.at(-1) ?? flag.end - 1) + 1 })
  }
  return fields
}
