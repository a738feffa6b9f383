import { expect, test } from 'vitest'
import { railOf, swapState } from '../../../renderer/store/operations/build-rail.ts'
import { foldSteps, NO_STEPS } from '../../../renderer/store/operations/steps.ts'
import type { OperationKind, RecordedEvent, StepEvent } from '../../../shared/operation.ts'

const operation = (kind: OperationKind, ...events: RecordedEvent['event'][]) => ({
  kind,
  steps: foldSteps(
    NO_STEPS,
    events.map((event, index) => ({ index, at: new Date(1_000 + index * 1_000).toISOString(), event })),
  ),
})
const step = (
  id: string,
  state: StepEvent['state'],
  more: Pick<StepEvent, 'phase'> & Partial<StepEvent>,
): StepEvent => ({ kind: 'step', id, name: id, state, ...more })
const built = (at: number, of: number) => ({ phase: 'build', place: { at, of } }) as const
const error = { code: 'container-exited', message: 'm', why: 'w', hint: 'h', data: {} }
const short = (stages: ReturnType<typeof railOf>) => stages.map(({ name, state }) => `${name} ${state}`)

test('a start shows what comes, and how far each stage is', () => {
  expect(short(railOf([operation('up')]))).toEqual(['image waiting', 'start waiting'])
  const stages = railOf([
    operation(
      'up',
      step('pull a', 'running', { phase: 'pull', subject: 'a', done: 5, total: 10 }),
      step('pull b', 'running', { phase: 'pull', subject: 'b', done: 1, total: 20 }),
      step('one', 'cached', built(1, 4)),
      step('two', 'running', built(2, 4)),
    ),
  ])
  expect(short(stages)).toEqual(['pull running', 'image running', 'start waiting'])
  expect(stages[0]?.moved).toEqual({ done: 6, total: 30 })
  expect(stages[1]).toMatchObject({ done: 1, cached: 1, all: 4, began: 3_000, ended: undefined })
  expect(stages[1]?.current.map(({ name }) => name)).toEqual(['two'])
})

test('a build and the swap that follows are one rail', () => {
  const build = operation('build', step('one', 'done', built(1, 1)), { kind: 'end', state: 'done' })
  expect(swapState([build])).toBe('built')
  const swap = operation('up', step('start', 'running', { phase: 'start' }))
  expect(swapState([build, swap])).toBe('swapping')
  expect(short(railOf([build, swap]))).toEqual(['image done', 'start running'])
})

test('what fails at the swap is undone, and what that does is a stage of its own', () => {
  const failed = [
    step('start', 'running', { phase: 'start', subject: 'app' }),
    { kind: 'undoing', error } as const,
    step('start old', 'running', { phase: 'start', subject: 'app' }),
  ]
  const undoing = operation('up', ...failed)
  expect(swapState([undoing])).toBe('undoing')
  expect(short(railOf([undoing]))).toEqual(['start failed', 'undo running'])
  const ended = operation('up', ...failed, { kind: 'end', state: 'failed', error })
  expect(swapState([ended])).toBe('failed')
})

test('what was cancelled stopped where it was, and nothing else comes', () => {
  const stages = railOf([
    operation('up', step('one', 'running', built(1, 2)), { kind: 'end', state: 'cancelled' }),
  ])
  expect(short(stages)).toEqual(['image stopped'])
})
