import { expect, test } from 'vitest'
import type { EnvironmentContainer } from '../../../main/container/environment-container.ts'
import { settledFacts } from '../../../main/container/read-environment.ts'
import { readEnds } from '../../../main/container/service-ends.ts'
import { productError } from '../../../shared/errors.ts'
import { scratch } from '../inputs/scratch.ts'
import { environmentContainer } from './environment-container.ts'

const none = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
const finishedAt = '2026-01-02T03:04:05Z'
const web = environmentContainer('web', { service: 'web', set: 'set', entry: 'web', isEntry: true })
const ended = (more: Partial<EnvironmentContainer> = {}) => {
  const of = { service: 'worker', set: 'set', entry: 'web', isEntry: false }
  return environmentContainer('worker', { ...of, running: false, exitCode: 0, finishedAt, ...more })
}
const history = { versions: [], containers: ['web', 'worker'], completed: [] }

test('what is known of the end of a service stays known when the engine has forgotten it, and is of that end alone', async () => {
  await using folder = await scratch({
    'ends.json': JSON.stringify({ worker: { finishedAt, stopped: true } }),
  })
  const stateWith = async (worker: EnvironmentContainer, completed: string[] = []) => {
    const facts = await settledFacts(none, folder.path, [web, worker], { ...history, completed }, undefined)
    return [facts.state, facts.containers[1]?.completed]
  }
  expect(await stateWith(ended())).toEqual(['unhealthy', undefined])
  // It had completed when its environment became ready: that it was stopped in a later run is nothing.
  expect(await stateWith(ended(), ['worker'])).toEqual(['ready', true])
  expect(await stateWith(ended({ finishedAt: '2026-01-02T03:04:06Z' }))).toEqual(['ready', true])
})

test('an engine that does not answer, and a broken record, leave a service as completed, and it is asked again', async () => {
  await using folder = await scratch({ 'ends.json': '{"worker": 1' })
  const facts = await settledFacts(none, folder.path, [web, ended()], history, undefined)
  expect(facts).toMatchObject({ state: 'ready', containers: [{}, { completed: true }] })
  expect(await readEnds(folder.path)).toEqual({})
})
