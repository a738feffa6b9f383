import fc from 'fast-check'

/** Of the code points those below 0xd800 come first; the 0x800 surrogates that follow are none by themselves. */
const SURROGATES = 0xd800
const AFTER_SURROGATES = 0xe000
const GAP = AFTER_SURROGATES - SURROGATES

const character = fc
  .integer({ min: 0, max: 0x10ffff - GAP })
  .map((index) => String.fromCodePoint(index < SURROGATES ? index : index + GAP), indexOf)

function indexOf(text: unknown): number {
  const point = typeof text === 'string' ? text.codePointAt(0) : undefined
  if (
    point === undefined ||
    String.fromCodePoint(point) !== text ||
    (point >= SURROGATES && point < AFTER_SURROGATES)
  )
    throw new Error('this is not one character')
  return point < SURROGATES ? point : point - GAP
}

/**
 * Texts of any characters, as `fc.string({ unit: 'binary' })` gives them. That one lists all 1.1 million characters
 * first, which takes two seconds in each process.
 */
export const anyText = (length: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...length, unit: character })
