// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of definitions look like this

import { expect, test } from 'vitest'
import { hiddenValues, redactedEnv } from '../../../main/container/redacted-env.ts'

const none = { run: { containerEnv: {} } }

test('values of the image and of the definition are shown, sorted by name', () => {
  const given = { PATH: '/bin', MODE: 'dev', HOME: '/root', A: 'image' }
  const written = { run: { containerEnv: { MODE: 'dev' } } }
  expect(redactedEnv(given, { PATH: '/bin', A: 'image' }, written)).toEqual([
    { name: 'A', value: 'image' },
    { name: 'HOME', value: '/root' },
    { name: 'MODE', value: 'dev' },
    { name: 'PATH', value: '/bin' },
  ])
})

test('in the place of a value of this computer is its template, but where it only says who a person is', () => {
  const given = { TOKEN: 'abc', URL: 'http://abc@host', ME: 'ann' }
  const containerEnv = {
    TOKEN: '${localEnv:TOKEN}',
    URL: 'http://${localEnv:TOKEN}@host',
    ME: '${localEnv:USER}',
  }
  expect(redactedEnv(given, {}, { run: { containerEnv } })).toEqual([
    { name: 'ME', value: 'ann' },
    { name: 'TOKEN', value: '${localEnv:TOKEN}' },
    { name: 'URL', value: 'http://${localEnv:TOKEN}@host' },
  ])
})

test('what only an env file says is not shown', () => {
  expect(redactedEnv({ PASSWORD: 'abc' }, { PASSWORD: 'other' }, none)).toEqual([
    { name: 'PASSWORD', value: null },
  ])
})

test.each([
  ['a mapping', { PLAIN: 'a$$b', NUMBER: 1, SECRET: 'x${TOKEN}', TOKEN: null }],
  ['a list', ['PLAIN=a$$b', 'NUMBER=1', 'SECRET=x${TOKEN}', 'TOKEN']],
])('the environment of a Compose file is read as %s', (_, environment) => {
  const given = { PLAIN: 'a$b', NUMBER: '1', SECRET: 'xabc', TOKEN: 'abc' }
  expect(redactedEnv(given, {}, { ...none, compose: { environment } })).toEqual([
    { name: 'NUMBER', value: '1' },
    { name: 'PLAIN', value: 'a$b' },
    { name: 'SECRET', value: 'x${TOKEN}' },
    { name: 'TOKEN', value: '${TOKEN}' },
  ])
})

test("a definition's own variable counts before that of its Compose file", () => {
  const written = { run: { containerEnv: { A: 'own' } }, compose: { environment: { A: '${SECRET}' } } }
  expect(redactedEnv({ A: 'own' }, {}, written)).toEqual([{ name: 'A', value: 'own' }])
})

test('each line of a value that is not shown is hidden elsewhere too', () => {
  const given = { KEY: 'first\nsecond', TOKEN: 'abc', PLAIN: 'shown' }
  const shown = [
    { name: 'KEY', value: null },
    { name: 'PLAIN', value: 'shown' },
    { name: 'TOKEN', value: '${localEnv:TOKEN}' },
  ]
  expect(hiddenValues(given, shown)).toEqual([
    ['first', '[variable KEY]'],
    ['second', '[variable KEY]'],
    ['abc', '${localEnv:TOKEN}'],
  ])
})
