import { expect, test } from 'vitest'
import { DriftScanQueue } from '../../../main/overview/drift-scan-queue.ts'

test('what is counted again rests for longer than it took; what is new does not wait for that', async () => {
  const counts = new DriftScanQueue()
  const order: string[] = []
  const slow = (name: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    order.push(name)
  }
  const began = performance.now()
  counts.recount(slow('first again'))
  const second = new Promise<void>((resolve) =>
    counts.recount(async () => {
      order.push('second again')
      resolve()
    }),
  )
  await counts.countFirst(slow('new'))
  await second
  expect(order).toContain('new')
  expect(order.slice(-1)).toEqual(['second again'])
  expect(performance.now() - began).toBeGreaterThan(19 * 19)
})
