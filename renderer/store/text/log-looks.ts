/** A part of a line of a log, and the classes of its look. */
export interface LookPart {
  text: string
  look: string
}

/** The parts of a text in which it looks alike. `looks`: from which character on, by the parameters of SGR (ECMA-48). */
export function lookParts(text: string, looks: readonly [number, string][]): LookPart[] {
  const parts: LookPart[] = []
  let [colour, bold, begun] = ['', false, 0]
  const end = (at: number) => {
    const look = [colour, bold ? 'ansi-bold' : ''].filter(Boolean).join(' ')
    if (at > begun) parts.push({ text: text.slice(begun, at), look })
    begun = Math.max(begun, at)
  }
  for (const [at, parameters] of looks) {
    end(at)
    const codes = parameters.split(';').map(Number)
    for (let index = 0; index < codes.length; index++) {
      const code = codes[index] ?? 0
      if (code === 0) [colour, bold] = ['', false]
      else if (code === 1) bold = true
      else if (code === 22) bold = false
      else if (code === 39) colour = ''
      else if (isColour(code)) colour = `ansi-${code % 10}`
      // Of a palette of 256 or 16 million colours nothing is shown; their values are no codes.
      else if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4
    }
  }
  end(text.length)
  return parts
}

/** The eight colours of a terminal and their brighter forms, which look the same on a page. */
const isColour = (code: number): boolean => (code >= 30 && code <= 37) || (code >= 90 && code <= 97)

/** How bad a line of a log is, by the word that programs begin it with. */
export type LogLevel = 'error' | 'warning' | 'other'

const ERROR =
  /\b(?:error|err|fatal|critical|panic|exception|emerg|alert|crit)\b|"level":\s*(?:"(?:error|fatal)"|[56]0)/i
const WARNING = /\b(?:warn|warning)\b|"level":\s*(?:"warn"|40)/i
/** In characters: a level stands at the beginning of a line. */
const BEGINNING = 120

/** The level of a line; of one without a word for it, it is that of other lines. */
export function levelOf(text: string): LogLevel {
  const beginning = text.slice(0, BEGINNING)
  return ERROR.test(beginning) ? 'error' : WARNING.test(beginning) ? 'warning' : 'other'
}
