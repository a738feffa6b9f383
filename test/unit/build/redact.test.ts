// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { expect, test } from 'vitest'
import { hiddenArgs, redact, redactFailure, redactRun } from '../../../main/build/redact.ts'
import { BuildFailure } from '../../../main/docker/build.ts'
import type { OperationEvent } from '../../../shared/operation.ts'

const hidden = hiddenArgs(
  { TOKEN: 'abcdef', LONGER: 'abcdefgh', LEVEL: '1', PLAIN: 'shown' },
  { TOKEN: '${localEnv:TOKEN}', LONGER: '${localEnv:LONGER}', LEVEL: '${localEnv:LEVEL}' },
)

test('values from this computer are shown as their templates, others and short ones as they are', () => {
  expect(redact('abcdef abcdefgh 1 shown', hidden)).toBe('${localEnv:TOKEN} ${localEnv:LONGER} 1 shown')
})

test('names of steps, logs and warnings are cleaned', () => {
  const events: OperationEvent[] = []
  const run = redactRun(
    { signal: new AbortController().signal, report: (event) => events.push(event) },
    hidden,
  )
  run.report({ kind: 'step', id: '1', name: 'RUN echo abcdef', state: 'running', phase: 'build' })
  run.report({ kind: 'log', step: '1', text: 'abcdef\n' })
  run.report({ kind: 'warning', text: 'abcdef' })
  expect(JSON.stringify(events)).not.toContain('abcdef')
})

test('a failure is cleaned with all that hangs on it', () => {
  const cause = new Error('abcdef')
  const {
    message,
    step,
    output,
    cause: kept,
  } = redactFailure(new BuildFailure('abcdef', '[2/2] RUN abcdef', ['abcdef'], { cause }), hidden)
  expect([message, step, output, kept]).toEqual([
    '${localEnv:TOKEN}',
    '[2/2] RUN ${localEnv:TOKEN}',
    ['${localEnv:TOKEN}'],
    undefined,
  ])
})
