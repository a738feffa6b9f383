import { beforeEach } from 'vitest'

/** On a test that was not begun because the time of the sample was over. */
declare module 'vitest' {
  interface TaskMeta {
    late?: true
  }
}

/**
 * Set-up of a test file: of a sample no test begins later than `PRISTINE_TESTS_UNTIL`, in milliseconds since 1970, which
 * `run.ts` sets. How many fit depends on the machine: where process starts are slow, a test takes three times as long.
 */
const until = Number(process.env['PRISTINE_TESTS_UNTIL'] ?? Number.POSITIVE_INFINITY)

beforeEach(({ skip, task }) => {
  // One that failed just before is tried again: it must not count as skipped.
  if (Date.now() < until || (task.result?.retryCount ?? 0) > 0) return
  task.meta.late = true
  skip()
})
