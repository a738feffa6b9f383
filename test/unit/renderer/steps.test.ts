import { expect, test } from 'vitest'
import {
  allSteps,
  failedStep,
  foldSteps,
  NO_STEPS,
  progressOf,
  wasBuilt,
} from '../../../renderer/store/operations/steps.ts'
import type { RecordedEvent, StepEvent } from '../../../shared/operation.ts'

const recording = (...events: RecordedEvent['event'][]): RecordedEvent[] =>
  events.map((event, index) => ({ index, at: new Date(1_000_000 + index * 1000).toISOString(), event }))

const step = (
  id: string,
  state: StepEvent['state'],
  more: Pick<StepEvent, 'phase'> & Partial<StepEvent>,
): StepEvent => ({ kind: 'step', id, name: `Xq ${id}`, state, ...more })
const built = (at: number, of: number, subject?: string) =>
  ({ phase: 'build', place: { at, of }, ...(subject !== undefined && { subject }) }) as const
const report = { code: 'build-failed', message: 'm', why: 'w', hint: 'h', data: {} }

test('steps are grouped by what they belong to, and timed', () => {
  const steps = foldSteps(
    NO_STEPS,
    recording(
      { kind: 'plan', ordinal: 3, because: [{ input: 'package-lock.json', from: 'a', to: 'b' }] },
      step('a', 'running', { phase: 'pull', subject: 'debian:bookworm' }),
      step('a', 'done', { phase: 'pull', subject: 'debian:bookworm' }),
      step('b', 'cached', built(1, 2, 'base')),
      step('c', 'running', built(2, 2, 'base')),
      step('d', 'running', built(2, 3)),
      step('c', 'done', built(2, 2, 'base')),
      step('e', 'done', { phase: 'hook', subject: 'onCreateCommand' }),
      step('f', 'done', { phase: 'start', subject: 'app' }),
      step('g', 'done', { phase: 'clean', subject: 'v3' }),
    ),
  )
  expect(steps.plan?.ordinal).toBe(3)
  expect(steps.groups.map(({ key }) => key)).toEqual([
    'prepare',
    'stage base',
    'stage ',
    'hooks',
    'environment',
    'clean',
  ])
  expect(steps.groups[1]?.steps.map(({ name, state }) => [name, state])).toEqual([
    ['Xq b', 'cached'],
    ['Xq c', 'done'],
  ])
  const ran = steps.groups[1]?.steps[1]
  expect((ran?.ended ?? 0) - (ran?.began ?? 0)).toBe(2000)
  expect(progressOf(steps)).toEqual({ ended: 6, begun: 7 })
  expect(wasBuilt(steps)).toBe(true)
})

test('a recording in parts gives the same as in one', () => {
  const events = recording(
    step('a', 'running', { phase: 'pull' }),
    { kind: 'log', step: 'a', text: 'x' },
    step('a', 'done', { phase: 'pull' }),
    { kind: 'end', state: 'done' },
  )
  const parts = events.reduce((steps, event) => foldSteps(steps, [event]), NO_STEPS)
  expect(parts).toEqual(foldSteps(NO_STEPS, events))
})

test('what still ran when it failed is what failed, unless a step did', () => {
  const lone = foldSteps(
    NO_STEPS,
    recording(step('a', 'running', built(1, 1)), { kind: 'end', state: 'failed', error: report }),
  )
  expect(failedStep(lone)?.id).toBe('a')
  const two = foldSteps(
    NO_STEPS,
    recording(step('a', 'running', built(1, 1, 'one')), step('b', 'failed', built(1, 1, 'two')), {
      kind: 'end',
      state: 'failed',
      error: report,
    }),
  )
  expect(allSteps(two).map(({ state }) => state)).toEqual(['running', 'failed'])
  expect(failedStep(two)?.id).toBe('b')
})

test('a cancelled operation has no failed step, and all have ended', () => {
  const steps = foldSteps(
    NO_STEPS,
    recording(step('a', 'running', built(1, 1)), { kind: 'end', state: 'cancelled' }),
  )
  expect(failedStep(steps)).toBeUndefined()
  expect(allSteps(steps)[0]?.ended).toBeDefined()
})
