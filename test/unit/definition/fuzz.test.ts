import { expect, test } from 'vitest'
import { failedCase, tryCase } from '../../fuzz/cases.ts'
import { fuzz } from '../../fuzz/fuzz.ts'
import type { Outcome } from '../../fuzz/worker.ts'
import { isSample, SAMPLE } from '../../sample.ts'

/** In a sample fewer, and other ones with each number. */
const COUNT = isSample ? 600 : 2000

// A hundred thousand, other ones each time: npm run test:fuzz
test('no text crashes or hangs the reading, or has the engine asked before it is accepted', async () => {
  const outcomes: Outcome[] = []
  await fuzz({ seed: 1 + Number(SAMPLE ?? 0), count: COUNT, report: (outcome) => outcomes.push(outcome) })
  expect(outcomes.filter(({ failure }) => failure)).toEqual([])
  const accepted = outcomes.filter(({ answer }) => answer?.code === 'accepted').length
  expect(outcomes.length).toBe(COUNT)
  expect(accepted).toBeGreaterThan(0.15 * COUNT)
  expect(accepted).toBeLessThan(0.85 * COUNT)
}, 300_000)

test('a case that fails is reported with its texts, made smaller, and is the same each time', async () => {
  const tried: string[] = []
  const failure = await tryCase(1, 7, async ({ dockerfile }) => {
    tried.push(JSON.stringify(String(dockerfile)))
    throw new Error('as it must')
  })
  expect(failure).toMatchObject({ wrong: 'as it must', dockerfile: expect.any(String) })
  expect(tried.length).toBeGreaterThan(1)
  expect(failedCase(1, 7, 'it hangs')).toMatchObject({ wrong: 'it hangs', dockerfile: tried[0] })
})
