import { expect, test } from 'vitest'
import { durationOf, Progress } from '../../progress.ts'

test('how far a command is, and how long it still takes, is printed now and then', () => {
  let now = 0
  const lines: string[] = []
  const progress = new Progress(
    'crash',
    (line) => lines.push(line),
    () => now,
  )
  progress.at(0, 40, 'points')
  now = 1_000
  progress.at(1, 40, 'points')
  now = 10_000
  progress.at(4, 40, 'points')
  expect(lines).toEqual(['crash: 0 of 40 points\n', 'crash: 4 of 40 points, about 2 min left\n'])
})

test.each([
  [40_400, '40 s'],
  [180_000, '3 min'],
  [3_900_000, '65 min'],
  [7_500_000, '2 h 5 min'],
])('%d ms is %s', (milliseconds, text) => expect(durationOf(milliseconds)).toBe(text))
