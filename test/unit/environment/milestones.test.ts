import { expect, test } from 'vitest'
import { Milestones } from '../../../main/environment/set/milestones.ts'

test('who waits for a milestone goes on once it is reached, also when that was before', async () => {
  const met = new Milestones()
  const { signal } = new AbortController()
  const waiting = met.reached('db', { signal })
  met.reach('db')
  await waiting
  await met.reached('db', { signal })
})

test('who waits is cancelled', async () => {
  const met = new Milestones()
  const ended = new AbortController()
  const waiting = met.reached('db', { signal: ended.signal })
  ended.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  await expect(met.reached('db', { signal: ended.signal })).rejects.toMatchObject({ code: 'cancelled' })
})
