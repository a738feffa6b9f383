import { expect, test } from 'vitest'
import { crash } from '../crash/crash.ts'

// All points: npm run test:crash
test('a command that is killed at an engine call leaves nothing that the next command does not put right', async () => {
  const outcomes = await crash({ sample: 42 })
  expect(outcomes.flatMap(({ point, wrong }) => wrong.map((text) => `${point}: ${text}`))).toEqual([])
  expect(outcomes.filter(({ missed }) => !missed).length).toBeGreaterThanOrEqual(40)
}, 900_000)
