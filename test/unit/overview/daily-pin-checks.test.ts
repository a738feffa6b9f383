import { expect, test } from 'vitest'
import { isDue } from '../../../main/overview/daily-pin-checks.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const now = 100 * DAY

test.each([
  ['an environment that has just started', now - MINUTE, undefined, undefined, false],
  ['one that runs for a while and was never checked', now - 10 * MINUTE, undefined, undefined, true],
  ['one that was checked today', now - DAY, now - DAY + MINUTE, undefined, false],
  ['one that was checked yesterday', now - DAY, now - DAY, undefined, true],
  ['one whose check has just failed', now - DAY, undefined, now - MINUTE, false],
  ['one whose check failed an hour ago', now - DAY, undefined, now - 60 * MINUTE, true],
  ['one that was checked before the clock was turned back', now - DAY, now + DAY, undefined, true],
])('pins of %s', (_, runsSince, checked, tried, due) => {
  expect(isDue({ now, runsSince, checked, tried })).toBe(due)
})
