import { expect, test } from 'vitest'
import { crash } from '../crash/crash.ts'
import { STORIES } from '../crash/stories.ts'
import { SAMPLE, SAMPLES, sampled } from '../sample.ts'

// All points: npm run test:crash
test('a command that is killed at an engine call leaves nothing that the next command does not put right', async () => {
  const sample = SAMPLE === undefined ? 42 : 14
  const at = SAMPLE === undefined ? 0.5 : (Number(SAMPLE) + 0.5) / SAMPLES
  const outcomes = await crash({ stories: sampled(STORIES, 3), sample, at })
  expect(outcomes.flatMap(({ point, wrong }) => wrong.map((text) => `${point}: ${text}`))).toEqual([])
  expect(outcomes.filter(({ missed }) => !missed).length).toBeGreaterThanOrEqual(sample - 2)
}, 900_000)
