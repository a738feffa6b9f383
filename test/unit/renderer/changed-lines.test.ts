import { expect, test } from 'vitest'
import { changedLines } from '../../../renderer/store/text/changed-lines.ts'

const HOUR = 3_600_000

test('what stayed the same is there only around a difference', () => {
  const numbers = Array.from({ length: 20 }, (_, at) => `${at}\n`)
  const from = numbers.join('')
  const to = numbers.with(10, 'ten\n').join('')
  expect(changedLines(from, to, HOUR)).toEqual([
    { skipped: 7 },
    ...[7, 8, 9].map((at) => ({ sign: ' ', text: `${at}` })),
    ...[
      { sign: '−', text: '10' },
      { sign: '+', text: 'ten' },
    ],
    ...[11, 12, 13].map((at) => ({ sign: ' ', text: `${at}` })),
    { skipped: 6 },
  ])
})

test('of texts of which too much differs, no lines are found, and nobody waits for them', () => {
  const lines = (of: string) => Array.from({ length: 20_000 }, (_, at) => `${of} ${at}\n`).join('')
  expect(changedLines(lines('a'), lines('b'), 100)).toBeUndefined()
  // One that was not there, or is gone, is easily found.
  expect(changedLines(null, lines('b'), HOUR)).toHaveLength(20_000)
  expect(changedLines(lines('a'), null, HOUR)).toHaveLength(20_000)
})
