import { expect, test } from 'vitest'
import { levelOf, lookParts } from '../../../renderer/store/text/log-looks.ts'

test('a line is shown in its colours', () => {
  const looks: [number, string][] = [
    [2, '31'],
    [5, '0'],
    [6, '1;92'],
  ]
  expect(lookParts('a red b', looks)).toEqual([
    { text: 'a ', look: '' },
    { text: 'red', look: 'ansi-1' },
    { text: ' ', look: '' },
    { text: 'b', look: 'ansi-2 ansi-bold' },
  ])
})

test('the values of larger palettes are no codes, and a place beyond the end is none', () => {
  expect(
    lookParts('ab', [
      [0, '38;5;31'],
      [1, '38;2;1;31;32;1'],
    ]),
  ).toEqual([
    { text: 'a', look: '' },
    { text: 'b', look: 'ansi-bold' },
  ])
  expect(lookParts('ab', [[9, '31']])).toEqual([{ text: 'ab', look: '' }])
})

test.each([
  ['2026-11-30 ERROR pool exhausted', 'error'],
  ['{"level":50,"msg":"no"}', 'error'],
  ['[warn] slow query', 'warning'],
  ['{"level":"warn","msg":"slow"}', 'warning'],
  ['GET /terrors 200', 'other'],
  [`${'x '.repeat(100)} error`, 'other'],
])('the level of "%s" is %s', (text, level) => {
  expect(levelOf(text)).toBe(level)
})
