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

test.each([
  ['38;5;208', 'rgb(255 135 0)'],
  ['38;5;16', 'rgb(0 0 0)'],
  ['38;5;231', 'rgb(255 255 255)'],
  ['38;5;244', 'rgb(128 128 128)'],
  ['38;2;1;31;32', 'rgb(1 31 32)'],
  ['38:5:208', 'rgb(255 135 0)'],
  ['38:2:1:31:32', 'rgb(1 31 32)'],
  ['38:2::1:31:32', 'rgb(1 31 32)'],
])('the colour %s of a larger palette is %s', (parameters, colour) => {
  expect(lookParts('ab', [[1, `${parameters};1`]])).toEqual([
    { text: 'a', look: '' },
    { text: 'b', look: 'ansi-own ansi-bold', colour },
  ])
})

test('the first colours of the palette are those of the theme, and 39 and 0 end a colour', () => {
  const looks: [number, string][] = [
    [0, '38;5;1'],
    [1, '38;5;9'],
    [2, '38;5;208'],
    [3, '39'],
    [4, '38;5;208'],
    [5, '0'],
  ]
  expect(lookParts('abcdef', looks).map(({ look }) => look)).toEqual([
    'ansi-1',
    'ansi-1',
    'ansi-own',
    '',
    'ansi-own',
    '',
  ])
})

test.each([
  '48;5;31',
  '48;2;1;31;32',
  '38;5;256',
  '38;5',
  '38;2;1;31',
  '38;2;1;300;2',
  '38;7;31',
  '38:2:1',
  '38:5:-1',
])('no foreground colour is %s, and its values are no codes', (parameters) => {
  expect(lookParts('a', [[0, parameters]])).toEqual([{ text: 'a', look: '' }])
})

test('a place beyond the end is none', () => {
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
