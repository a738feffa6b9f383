import { expect, test } from 'vitest'
import { mergeByTime } from '../../../main/logs/merge-by-time.ts'
import type { LogLines } from '../../../shared/log.ts'

const line = (service: string, second: number): LogLines[number] => ({
  service,
  stream: 'stdout',
  at: new Date(second * 1000).toISOString(),
  text: `${service} ${second}`,
})
async function* log(service: string, ...batches: number[][]): AsyncGenerator<LogLines> {
  for (const batch of batches) yield batch.map((second) => line(service, second))
}
async function texts(merged: AsyncIterable<LogLines>): Promise<string[]> {
  const all: string[] = []
  for await (const lines of merged) all.push(...lines.map(({ text }) => text))
  return all
}

test('what was printed already comes in the order of its times', async () => {
  const logs = [log('web', [1, 4], [5, 9]), log('db', [2], [3, 8]), log('job')]
  expect(await texts(mergeByTime(logs))).toEqual(['web 1', 'db 2', 'db 3', 'web 4', 'web 5', 'db 8', 'web 9'])
  expect(await texts(mergeByTime([]))).toEqual([])
})

test('lines without a time come at once, in their own order', async () => {
  async function* untimed() {
    yield [1, 2].map((second) => ({ ...line('old', second), at: null }))
  }
  expect(await texts(mergeByTime([log('web', [1]), untimed()]))).toEqual(['old 1', 'old 2', 'web 1'])
})

test('a log that is silent keeps no other waiting for long', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  async function* silent() {
    await promise
    yield [line('db', 1)]
  }
  const merged = mergeByTime([silent(), log('web', [2], [3])], 20)
  expect((await merged.next()).value).toMatchObject([{ text: 'web 2' }])
  expect((await merged.next()).value).toMatchObject([{ text: 'web 3' }])
  resolve()
  expect((await merged.next()).value).toMatchObject([{ text: 'db 1' }])
  expect((await merged.next()).done).toBe(true)
})

test('a log that breaks off breaks off the whole, after what was read', async () => {
  async function* broken() {
    yield [line('db', 1)]
    throw new Error('gone')
  }
  const merged = mergeByTime([broken(), log('web', [2])])
  expect((await merged.next()).value).toMatchObject([{ text: 'db 1' }])
  await expect(merged.next()).rejects.toThrow('gone')
})
