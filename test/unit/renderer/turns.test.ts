import { expect, test } from 'vitest'
import { Turns } from '../../../renderer/screens/environment/files/turns.ts'

test('no more than so many calls go on at once, and one that is aborted while it waits does not begin', async () => {
  const turns = new Turns(2)
  const { signal } = new AbortController()
  const stop = new AbortController()
  const began: number[] = []
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>())
  const call = (at: number) => async () => {
    began.push(at)
    await ends[at]?.promise
  }
  const calls = [0, 1, 2, 3].map((at) => turns.take(call(at), at === 2 ? stop.signal : signal))
  expect(began).toEqual([0, 1])
  stop.abort()
  ends[0]?.reject(new Error('failed'))
  await expect(calls[0]).rejects.toThrow('failed')
  await expect(calls[2]).rejects.toThrow('aborted')
  await expect.poll(() => began).toEqual([0, 1, 3])
  for (const end of ends) end.resolve()
  await Promise.all([calls[1], calls[3]])
})
