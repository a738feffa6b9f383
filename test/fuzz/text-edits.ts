import fc from 'fast-check'
import { anyText } from './any-text.ts'
import { strangeText } from './strange.ts'

/** A change of a text. */
export type TextEdit = (text: string) => string

/** A place in a text of any length. */
const place = fc.nat(9999)

export const offsetIn = (text: string, where: number): number =>
  Math.floor((where / 10_000) * (text.length + 1))

const replacing = (take: fc.Arbitrary<number>, put: fc.Arbitrary<string>): fc.Arbitrary<TextEdit> =>
  fc.tuple(place, take, put).map(([where, length, added]) => (text) => {
    const at = offsetIn(text, where)
    return text.slice(0, at) + added + text.slice(at + length)
  })

/** Edits of the list of lines, which keep their line ends. */
const ofLines = (change: (lines: string[], at: number, to: number) => string[]): fc.Arbitrary<TextEdit> =>
  fc.tuple(place, place).map(([one, other]) => (text) => {
    const lines = text.split(/(?<=\n)/)
    const index = (where: number) => Math.floor((where / 10_000) * lines.length)
    return change(lines, index(one), index(other)).join('')
  })

const lineEdit = fc.oneof(
  ofLines((lines, at) => lines.toSpliced(at, 1)),
  ofLines((lines, at, to) => lines.toSpliced(to, 0, lines[at] ?? '')),
  ofLines((lines, at, to) => lines.with(at, lines[to] ?? '').with(to, lines[at] ?? '')),
  ofLines((lines, at) => lines.slice(0, at)),
  ofLines((lines, at) => lines.slice(at)),
)

/** Edits of a whole text: its line ends, its beginning, its case. */
const wholeEdit: fc.Arbitrary<TextEdit> = fc.constantFrom<TextEdit[]>(
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll('\n', '\r'),
  (text) => text.replaceAll('\n', ' '),
  (text) => `\ufeff${text}`,
  (text) => `\ufeff\ufeff${text}`,
  (text) => text.trimEnd(),
  (text) => text.toUpperCase(),
  (text) => text + text,
  () => '',
)

/** A number that stands in the text becomes another one. */
const numberEdit = fc
  .tuple(place, fc.constantFrom('0', '-1', '1.5', '1e999', '00', '65536', '9'.repeat(400), '0x1f', 'NaN'))
  .map(
    ([where, number]): TextEdit =>
      (text) => {
        const found = [...text.matchAll(/\d+/g)]
        const match = found[Math.floor((where / 10_000) * found.length)]
        if (!match) return text
        return text.slice(0, match.index) + number + text.slice(match.index + match[0].length)
      },
  )

/** Any edit that needs to know nothing of what is written. */
export const textEdit: fc.Arbitrary<TextEdit> = fc.oneof(
  { weight: 4, arbitrary: replacing(fc.constant(0), strangeText) },
  { weight: 2, arbitrary: replacing(fc.nat(12), strangeText) },
  { weight: 2, arbitrary: replacing(fc.integer({ min: 1, max: 40 }), fc.constant('')) },
  {
    weight: 2,
    arbitrary: replacing(fc.constant(1), anyText({ minLength: 1, maxLength: 1 })),
  },
  { weight: 1, arbitrary: replacing(fc.constant(2 ** 20), fc.constant('')) },
  { weight: 3, arbitrary: lineEdit },
  { weight: 1, arbitrary: wholeEdit },
  { weight: 1, arbitrary: numberEdit },
)

/** A change of the bytes that a text is kept in: a flipped bit, a byte that is not UTF-8, a cut inside a character. */
export const byteEdit: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc
  .tuple(place, fc.constantFrom('flip', 'insert', 'cut'), fc.nat(255))
  .map(([where, kind, byte]) => (bytes) => {
    const at = Math.floor((where / 10_000) * bytes.length)
    if (kind === 'cut') return bytes.subarray(0, at)
    if (kind === 'insert')
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)])
    const changed = Buffer.from(bytes)
    if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << (byte % 8))
    return changed
  })
