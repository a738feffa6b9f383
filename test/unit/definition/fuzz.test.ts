import { expect, test } from 'vitest'
import { fuzz } from '../../fuzz/fuzz.ts'
import type { Outcome } from '../../fuzz/worker.ts'

// A hundred thousand, other ones each time: npm run test:fuzz
test('no text crashes or hangs the reading, or has the engine asked before it is accepted', async () => {
  const outcomes: Outcome[] = []
  await fuzz({ seed: 1, count: 2000, report: (outcome) => outcomes.push(outcome) })
  expect(outcomes.filter(({ failure }) => failure)).toEqual([])
  const accepted = outcomes.filter(({ answer }) => answer?.code === 'accepted').length
  expect(outcomes.length).toBe(2000)
  expect(accepted).toBeGreaterThan(300)
  expect(accepted).toBeLessThan(1700)
}, 300_000)
