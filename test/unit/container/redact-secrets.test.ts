// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { expect, test } from 'vitest'
import {
  hiding,
  redact,
  redactFailure,
  redactRun,
  valuesOfArgs,
  valuesOfSecrets,
  valuesOfVariables,
} from '../../../main/container/redact-secrets.ts'
import { BuildFailure } from '../../../main/docker/build/build-image.ts'
import type { OperationEvent } from '../../../shared/operation.ts'

const hidden = hiding(
  valuesOfArgs(
    { TOKEN: 'abcdef', LONGER: 'abcdefgh', LEVEL: '1', PLAIN: 'shown' },
    { TOKEN: '${localEnv:TOKEN}', LONGER: '${localEnv:LONGER}', LEVEL: '${localEnv:LEVEL}' },
  ),
)

test('values from this computer are shown as their templates, others and short ones as they are', () => {
  expect(redact('abcdef abcdefgh 1 shown', hidden)).toBe('${localEnv:TOKEN} ${localEnv:LONGER} 1 shown')
})

test('values of several lines are hidden line by line, as programs print them', () => {
  const key = '-----BEGIN\nfirst-line\r\nsecond-line\n'
  const lines = hiding([
    ...valuesOfVariables(['KEY'], { KEY: key }),
    ...valuesOfArgs({ A: 'third-line\nfourth-line' }, { A: '${localEnv:A}' }),
  ])
  expect(redact('log: first-line\nlog: second-line\nlog: fourth-line', lines)).toBe(
    'log: ${localEnv:KEY}\nlog: ${localEnv:KEY}\nlog: ${localEnv:A}',
  )
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

test('what is hidden already stays hidden when more is', () => {
  const plain = { signal: new AbortController().signal, report: () => {} }
  const run = redactRun(redactRun(plain, hidden), hiding(valuesOfVariables(['WORD'], { WORD: 'wording' })))
  const filter = run.filter?.()
  const shown = ['abc', 'def wor', 'ding end'].map((piece) => filter?.push(piece)).join('')
  expect(shown + filter?.end()).toBe('${localEnv:TOKEN} ${localEnv:WORD} end')
})

test('of values that overlap none is shown in part, and what stands in their place is not read again', () => {
  const two = hiding(
    valuesOfSecrets([
      ['A', 'abcdef'],
      ['B', 'defghi'],
      ['C', 'secret'],
    ]),
  )
  expect(redact('x abcdefghi y', two)).toBe('x [secret A][secret B] y')
})

test('a value of several lines is hidden as a whole, and each of its lines by itself', () => {
  const key = hiding(valuesOfSecrets([['KEY', 'first line\r\nsecond line']]))
  expect(redact('first line\r\nsecond line', key)).toBe('[secret KEY]')
  expect(redact('> second line <', key)).toBe('> [secret KEY] <')
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
