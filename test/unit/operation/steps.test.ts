import { expect, test } from 'vitest'
import { StepCount } from '../../../main/operation/steps.ts'

function count(...names: string[]) {
  const steps = new StepCount()
  for (const name of names) {
    steps.hear({ kind: 'step', id: name, name, state: 'running' })
    steps.hear({ kind: 'step', id: name, name, state: 'done' })
  }
  return { ...steps.steps, step: steps.step }
}

test.each([
  [[], { begun: 0, all: null, step: null }],
  [['Pull debian:bookworm'], { begun: 1, all: null, step: 'Pull debian:bookworm' }],
  [['[1/5] FROM a', '[2/5] RUN b'], { begun: 2, all: 5, step: '[2/5] RUN b' }],
  [['[base 1/2] FROM a', '[app 1/3] FROM base'], { begun: 2, all: 5, step: '[app 1/3] FROM base' }],
  [['Pull a', '[1/1] FROM a', 'Start app'], { begun: 3, all: 3, step: 'Start app' }],
])('the steps of %j', (names, expected) => expect(count(...names)).toEqual(expected))
