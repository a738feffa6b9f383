import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { limitConcurrency } from '../../../main/build/limit-concurrency.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'

test('work is done in its order, and never more than so many at once', async () => {
  const begun: number[] = []
  let [now, most] = [0, 0]
  await limitConcurrency([1, 2, 3, 4, 5], 2, silentRun(), async (item) => {
    begun.push(item)
    most = Math.max(most, ++now)
    await pause(item === 1 ? 20 : 1)
    now--
  })
  expect(begun).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
})

test('the first failure cancels what runs, begins nothing more, and is thrown when all has ended', async () => {
  const ended: number[] = []
  const work = limitConcurrency([1, 2, 3], 2, silentRun(), async (item, run) => {
    if (item === 2) throw new Error('the second failed')
    await pause(10_000, undefined, { signal: run.signal }).catch(() => {})
    await pause(10)
    ended.push(item)
    throw new Error('cancelled')
  })
  await expect(work).rejects.toThrow('the second failed')
  expect(ended).toEqual([1])
})

test('who cancels the whole cancels each', async () => {
  const whole = new AbortController()
  const work = limitConcurrency([1], 2, { ...silentRun(), signal: whole.signal }, async (_, run) => {
    whole.abort()
    run.signal.throwIfAborted()
  })
  await expect(work).rejects.toThrow()
})
