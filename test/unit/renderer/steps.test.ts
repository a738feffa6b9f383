import { expect, test } from 'vitest'
import {
  allSteps,
  failedStep,
  foldSteps,
  NO_STEPS,
  progressOf,
  wasBuilt,
} from '../../../renderer/screens/build/steps.ts'
import type { RecordedEvent } from '../../../shared/operation.ts'

const recording = (...events: RecordedEvent['event'][]): RecordedEvent[] =>
  events.map((event, index) => ({ index, at: new Date(1_000_000 + index * 1000).toISOString(), event }))

const step = (id: string, name: string, state: 'running' | 'done' | 'cached' | 'failed') =>
  ({ kind: 'step', id, name, state }) as const
const report = { code: 'build-failed', message: 'm', why: 'w', hint: 'h', data: {} }

test('steps are grouped by what they belong to, and timed', () => {
  const steps = foldSteps(
    NO_STEPS,
    recording(
      { kind: 'plan', ordinal: 3, because: [{ input: 'package-lock.json', from: 'a', to: 'b' }] },
      step('a', '[internal] load build definition from Dockerfile', 'running'),
      step('a', '[internal] load build definition from Dockerfile', 'done'),
      step('b', '[base 1/2] FROM debian:bookworm', 'cached'),
      step('c', '[base 2/2] RUN npm ci', 'running'),
      step('d', '[2/3] COPY . .', 'running'),
      step('c', '[base 2/2] RUN npm ci', 'done'),
      step('e', 'onCreateCommand: npm test', 'done'),
      step('f', 'Start app', 'done'),
    ),
  )
  expect(steps.plan?.ordinal).toBe(3)
  expect(steps.groups.map(({ key }) => key)).toEqual([
    'prepare',
    'stage base',
    'stage ',
    'hooks',
    'environment',
  ])
  expect(steps.groups[1]?.steps.map(({ name, state }) => [name, state])).toEqual([
    ['FROM debian:bookworm', 'cached'],
    ['RUN npm ci', 'done'],
  ])
  const ran = steps.groups[1]?.steps[1]
  expect((ran?.ended ?? 0) - (ran?.began ?? 0)).toBe(2000)
  expect(progressOf(steps)).toEqual({ ended: 5, begun: 6 })
  expect(wasBuilt(steps)).toBe(true)
})

test('a recording in parts gives the same as in one', () => {
  const events = recording(
    step('a', 'Pull debian:bookworm', 'running'),
    { kind: 'log', step: 'a', text: 'x' },
    step('a', 'Pull debian:bookworm', 'done'),
    { kind: 'end', state: 'done' },
  )
  const parts = events.reduce((steps, event) => foldSteps(steps, [event]), NO_STEPS)
  expect(parts).toEqual(foldSteps(NO_STEPS, events))
})

test('what still ran when it failed is what failed, unless a step did', () => {
  const lone = foldSteps(
    NO_STEPS,
    recording(step('a', '[1/1] RUN false', 'running'), { kind: 'end', state: 'failed', error: report }),
  )
  expect(failedStep(lone)?.name).toBe('RUN false')
  const two = foldSteps(
    NO_STEPS,
    recording(step('a', '[one 1/1] RUN sleep 9', 'running'), step('b', '[two 1/1] RUN false', 'failed'), {
      kind: 'end',
      state: 'failed',
      error: report,
    }),
  )
  expect(allSteps(two).map(({ state }) => state)).toEqual(['running', 'failed'])
  expect(failedStep(two)?.name).toBe('RUN false')
})

test('a cancelled operation has no failed step, and all have ended', () => {
  const steps = foldSteps(
    NO_STEPS,
    recording(step('a', '[1/1] RUN sleep 99', 'running'), { kind: 'end', state: 'cancelled' }),
  )
  expect(failedStep(steps)).toBeUndefined()
  expect(allSteps(steps)[0]?.ended).toBeDefined()
})
