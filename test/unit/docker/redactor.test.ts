import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LastLines } from '../../../main/docker/streams/last-lines.ts'
import { patternsOf, Redactor } from '../../../main/docker/streams/redactor.ts'
import { WholeLines } from '../../../main/docker/streams/whole-lines.ts'
import { processorTime } from '../../processor-time.ts'

const SHOWN = '█'
const hiding = (values: string[]) => patternsOf(values.map((value) => [value, SHOWN] as const))

/** A text in pieces; a place may be named twice, which gives an empty piece. */
function cut(text: string, places: number[]): string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length]
  return at.slice(1).map((end, index) => text.slice(at[index], end))
}

/** The text without every character that is part of a hidden value, found the simple way. */
function uncovered(text: string, values: string[]): string {
  const hidden = new Set<number>()
  for (const value of values)
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
      for (let index = at; index < at + value.length; index++) hidden.add(index)
  return [...text.split('')].filter((_, index) => !hidden.has(index)).join('')
}

/** Few letters, so that values begin within each other; one of two UTF-16 units, and line ends. */
const unit = fc.constantFrom('a', 'b', 'ä', '\n', '\ud83d\ude00')
const text = fc.array(unit, { maxLength: 60 }).map((units) => units.join(''))
const value = fc.array(unit, { minLength: 1, maxLength: 6 }).map((units) => units.join(''))

test('wherever a stream is cut, it shows the same, and of a hidden value nothing', () => {
  fc.assert(
    fc.property(
      text,
      fc.array(value, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat()),
      (whole, values, at) => {
        const redactor = new Redactor(hiding(values))
        const given = cut(whole, at).map((piece) => redactor.push(piece))
        given.push(redactor.end())
        expect(given.join('').replaceAll(SHOWN, '')).toBe(uncovered(whole, values))
        const once = new Redactor(hiding(values))
        expect(given.join('')).toBe(once.push(whole) + once.end())
      },
    ),
  )
})

test('nothing is kept back but what may begin a hidden value', () => {
  const redactor = new Redactor(hiding(['secret']))
  expect(redactor.push('Enter a name: ')).toBe('Enter a name: ')
  expect(redactor.push('no sec')).toBe('no ')
  expect(redactor.push('ond one, sec')).toBe('second one, ')
  expect(redactor.push('ret')).toBe(SHOWN)
  expect(redactor.push(' se')).toBe(' ')
  expect(redactor.end()).toBe('se')
})

test('a value that begins within another is hidden with it', () => {
  const redactor = new Redactor(hiding(['abcdef', 'defghi']))
  const given = ['x abcdef', 'gh', 'i y'].map((piece) => redactor.push(piece))
  expect([...given, redactor.end()].join('')).toBe(`x ${SHOWN}${SHOWN} y`)
})

test('a value is hidden across the cut of a line that is too long, and of the lines that an error keeps', () => {
  const secret = 'canary-7c1f40be'
  const last = new LastLines()
  const pieces: string[] = []
  const lines = new WholeLines(
    (piece) => {
      pieces.push(piece)
      last.add(piece)
    },
    new Redactor(hiding([secret])),
  )
  // Each cut once in the middle of the value: at 64 Ki characters, and at the 16 Ki that an error keeps.
  for (const before of [65_530, 98_285]) {
    for (const chunk of cut(`${'x'.repeat(before)}${secret}${'y'.repeat(16_377)}\n`, [40_000, before + 7]))
      lines.push(chunk)
  }
  lines.end()
  expect(pieces.length).toBeGreaterThan(2)
  for (const said of [...pieces, ...last.lines]) expect(said).not.toMatch(/[carn7f40be-]{4}/)
  expect(pieces.join('')).toContain(`x${SHOWN}y`)
})

test('a long text and a value that is nearly everywhere take time in proportion', () => {
  const long = 'a'.repeat(2_000_000)
  const spent = processorTime()
  const redactor = new Redactor(hiding([`${'a'.repeat(50_000)}b`, 'z'.repeat(30)]))
  let given = ''
  for (let at = 0; at < long.length; at += 4_096) given += redactor.push(long.slice(at, at + 4_096))
  expect(given + redactor.end()).toBe(long)
  expect(spent()).toBeLessThan(5_000)
})
