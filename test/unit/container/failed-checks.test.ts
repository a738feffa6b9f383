import { expect, test } from 'vitest'
import { FailedChecks, type HealthLimits } from '../../../main/container/start/failed-checks.ts'

/**
 * When a check that always fails and takes `took` has failed for good, and how many checks began by then, if each begins a
 * `pause` after the last one at the latest. In milliseconds.
 */
function givenUp(limits: HealthLimits, took: number, pause = 25): { at: number; checks: number } {
  const failures = new FailedChecks(limits, 0)
  let began = 0
  for (let checks = 1; ; checks += 1) {
    const ended = began + took
    if (failures.add(began, ended)) return { at: ended, checks }
    began = failures.next(began, ended, pause)
  }
}

test('a check that takes no time is given up after the start period and all retries', () => {
  expect(givenUp({ startPeriod: 0, interval: 1_000, retries: 3 }, 0).at).toBe(3_000)
  expect(givenUp({ startPeriod: 5_000, interval: 1_000, retries: 3 }, 0).at).toBe(8_000)
  expect(givenUp({ startPeriod: 0, interval: 1_000, retries: 3 }, 0).checks).toBeGreaterThan(100)
})

test('a check that takes its time has all its retries, each an interval after the one before', () => {
  // An engine begins its first check after 1 s, and gives up after 30 s.
  expect(givenUp({ startPeriod: 0, interval: 1_000, retries: 10 }, 2_000)).toEqual({ at: 31_025, checks: 11 })
  // One that hangs for its timeout is not run in between.
  expect(givenUp({ startPeriod: 0, interval: 30_000, retries: 3 }, 30_000)).toEqual({
    at: 180_025,
    checks: 4,
  })
})

test('a failure in the start period does not count, though the check ends after it', () => {
  const failures = new FailedChecks({ startPeriod: 1_000, interval: 100, retries: 1 }, 0)
  expect(failures.add(900, 5_000)).toBe(false)
  expect(failures.add(5_000, 5_000)).toBe(true)
})
