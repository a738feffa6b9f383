import { expect, test } from 'vitest'
import { StepCounter } from '../../../main/operation/count-steps.ts'
import type { StepEvent } from '../../../shared/operation.ts'

type Said = Pick<StepEvent, 'phase' | 'subject' | 'place'>

function count(...said: Said[]) {
  const steps = new StepCounter()
  for (const [at, one] of said.entries()) {
    steps.add({ kind: 'step', id: `${at}`, name: `Xq ${at}`, state: 'running', ...one })
    steps.add({ kind: 'step', id: `${at}`, name: `Xq ${at}`, state: 'done', ...one })
  }
  return { ...steps.steps, step: steps.step }
}

const pull: Said = { phase: 'pull', subject: 'a' }
const build = (at: number, of: number, subject?: string): Said => ({
  phase: 'build',
  place: { at, of },
  ...(subject !== undefined && { subject }),
})
const step = (at: number, { phase, subject }: Said) => ({ name: `Xq ${at}`, phase, subject: subject ?? null })

test.each<[Said[], number | null]>([
  [[], null],
  [[pull], null],
  [[build(1, 5), build(2, 5)], 5],
  [[build(1, 2, 'base'), build(1, 3, 'app')], 5],
  [[pull, build(1, 1), { phase: 'start', subject: 'app' }], 3],
])('the steps of %j are %j, as far as they are known', (said, all) => {
  const last = said.at(-1)
  expect(count(...said)).toEqual({
    begun: said.length,
    all,
    step: last ? step(said.length - 1, last) : null,
  })
})
