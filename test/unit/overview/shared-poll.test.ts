import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SharedPoll } from '../../../main/overview/shared-poll.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A poll that counts how often it asks, every second; and a watcher of it. */
function poll(answer: (time: number) => unknown) {
  let asked = 0
  const shared = new SharedPoll(async () => ({ value: answer(++asked), wait: 1_000 }))
  const watcher = () => {
    const end = new AbortController()
    const seen: unknown[] = []
    const done = (async () => {
      for await (const value of shared.watch(end.signal)) seen.push(value)
    })()
    const stop = () => {
      end.abort()
      return done
    }
    return { seen, stop }
  }
  return { shared, watcher, asked: () => asked }
}

test('several watchers cost as much as one', async () => {
  const { watcher, asked } = poll((time) => time)
  const [one, other] = [watcher(), watcher()]
  await vi.advanceTimersByTimeAsync(2_500)
  expect(asked()).toBe(3)
  expect(one.seen).toEqual([1, 2, 3])
  expect(other.seen).toEqual([1, 2, 3])
  await Promise.all([one.stop(), other.stop()])
})

test('nothing is asked before the first watcher and after the last', async () => {
  const { watcher, asked } = poll((time) => time)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked()).toBe(0)
  const one = watcher()
  await vi.advanceTimersByTimeAsync(0)
  await one.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked()).toBe(1)
})

test('an answer that is the same as the last one is not sent again', async () => {
  const { watcher } = poll((time) => ({ turn: Math.floor(time / 3) }))
  const one = watcher()
  await vi.advanceTimersByTimeAsync(3_500)
  expect(one.seen).toEqual([{ turn: 0 }, { turn: 1 }])
  await one.stop()
})

test('it asks at once when it is told to', async () => {
  const { shared, watcher, asked } = poll((time) => time)
  const one = watcher()
  await vi.advanceTimersByTimeAsync(10)
  shared.poll()
  await vi.advanceTimersByTimeAsync(10)
  expect(asked()).toBe(2)
  await one.stop()
})
