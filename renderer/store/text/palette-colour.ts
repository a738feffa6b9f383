/** The steps of a channel in the cube of colours 16 to 231, as xterm has them. */
const STEPS = [0, 95, 135, 175, 215, 255]

/**
 * The colour of a number of the palette of 256, as `rgb(…)` of CSS; undefined for the first 16, which are the theme's, and for
 * what is no number of it.
 */
export function paletteColour(number: number): string | undefined {
  if (!Number.isInteger(number) || number < 16 || number > 255) return undefined
  if (number >= 232)
    return rgbColour([8 + 10 * (number - 232), 8 + 10 * (number - 232), 8 + 10 * (number - 232)])
  const at = number - 16
  return rgbColour([Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => STEPS[step] ?? 0))
}

/** A colour of three channels from 0 to 255, as `rgb(…)` of CSS; undefined unless it has exactly these. */
export function rgbColour(channels: (number | undefined)[]): string | undefined {
  const isWhole = channels.length === 3 && channels.every((value) => Number.isInteger(value))
  if (!isWhole || channels.some((value = 0) => value < 0 || value > 255)) return undefined
  return `rgb(${channels.join(' ')})`
}
