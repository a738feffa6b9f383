import { paletteColour, rgbColour } from './palette-colour.ts'

/** A part of a line of a log: the classes of its look, and its colour if that is none of the theme's. */
export interface LookPart {
  text: string
  look: string
  colour?: string
}

/** A foreground colour: a class of the theme's, or a colour of CSS. */
interface Foreground {
  look: string
  colour?: string
}

/**
 * The parts of a text in which it looks alike. `looks`: from which character on, by the parameters of SGR (ECMA-48, and ITU-T
 * T.416 for the larger palettes). Backgrounds are left out.
 */
export function lookParts(text: string, looks: readonly [number, string][]): LookPart[] {
  const parts: LookPart[] = []
  let foreground: Foreground = PLAIN
  let [bold, begun] = [false, 0]
  const end = (at: number) => {
    const look = [foreground.look, bold ? 'ansi-bold' : ''].filter(Boolean).join(' ')
    if (at > begun) parts.push({ ...foreground, text: text.slice(begun, at), look })
    begun = Math.max(begun, at)
  }
  for (const [at, parameters] of looks) {
    end(at)
    const codes = parameters.split(';')
    for (let index = 0; index < codes.length; index++) {
      const own = codes[index] ?? ''
      const code = Number(own.split(':', 1)[0])
      if (code === 38 || code === 48) {
        const { colour, used } = own.includes(':') ? inOne(own) : inSeveral(codes.slice(index + 1))
        if (code === 38) foreground = colour ?? foreground
        index += used
      } else if (code === 0) [foreground, bold] = [PLAIN, false]
      else if (code === 1) bold = true
      else if (code === 22) bold = false
      else if (code === 39) foreground = PLAIN
      else if (isColour(code)) foreground = { look: `ansi-${code % 10}` }
    }
  }
  end(text.length)
  return parts
}

const PLAIN: Foreground = { look: '' }

/** The eight colours of a terminal and their brighter forms, which look the same on a page. */
const isColour = (code: number): boolean => (code >= 30 && code <= 37) || (code >= 90 && code <= 97)

/** A colour of a larger palette, and how many parameters after the first it takes: `5;N`, `2;R;G;B`. */
function inSeveral([kind, ...values]: string[]): { colour: Foreground | undefined; used: number } {
  if (kind === '5') return { colour: ofPalette(values[0]), used: 2 }
  return { colour: kind === '2' ? ofChannels(values.slice(0, 3)) : undefined, used: 4 }
}

/** A colour of a larger palette in one parameter: `38:5:N`, `38:2:R:G:B`, and with a colour space `38:2:I:R:G:B`. */
function inOne(parameter: string): { colour: Foreground | undefined; used: number } {
  const [, kind, ...values] = parameter.split(':')
  if (kind === '5') return { colour: ofPalette(values[0]), used: 0 }
  return {
    colour: kind === '2' ? ofChannels(values.slice(values.length > 3 ? 1 : 0, 4)) : undefined,
    used: 0,
  }
}

function ofPalette(value: string | undefined): Foreground | undefined {
  const number = channel(value)
  return number < 16 ? { look: `ansi-${number % 8}` } : own(paletteColour(number))
}

const ofChannels = (values: string[]): Foreground | undefined => own(rgbColour(values.map(channel)))

const own = (colour: string | undefined): Foreground | undefined =>
  colour === undefined ? undefined : { look: 'ansi-own', colour }

/** NaN for what is no number. */
const channel = (value: string | undefined): number =>
  value && /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN

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
