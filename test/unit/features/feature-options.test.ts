import { expect, test } from 'vitest'
import { WrittenFeatures } from '../../../main/definition/devcontainer/document/schema.ts'
import type { Origin } from '../../../main/definition/devcontainer/document/source-position.ts'
import type { FeatureOptions } from '../../../main/definition/features/feature-metadata.ts'
import {
  chosenOptions,
  optionValues,
  optionVariable,
  optionVariables,
} from '../../../main/definition/features/feature-options.ts'

const origin: Origin = { file: 'devcontainer.json', at: () => ({ line: 2, column: 1 }) }
const values = (options: Parameters<typeof optionValues>[0], chosen: Parameters<typeof optionValues>[1]) =>
  optionValues(options, chosen, origin, ['features', 'x'])

test('a text alone is the version, and true or an empty object choose nothing', () => {
  expect(chosenOptions('1.18')).toEqual({ version: '1.18' })
  expect(chosenOptions(true)).toEqual({})
  expect(chosenOptions({})).toEqual({})
  expect(chosenOptions({ a: true })).toEqual({ a: true })
})

test('a number is the text of it', () => {
  const { node = {} } = WrittenFeatures.parse({ node: { version: 20, retries: 1.5 } })
  expect(chosenOptions(node)).toEqual({ version: '20', retries: '1.5' })
})

test('what is not chosen is the default, and without one nothing', () => {
  const options = {
    version: { type: 'string', default: 'lts' },
    install: { type: 'boolean', default: true },
    empty: { type: 'string' },
    off: { type: 'boolean' },
  } as const
  expect(values(options, {})).toEqual({ version: 'lts', install: 'true' })
  expect(values(options, { version: '20', install: false })).toMatchObject({
    version: '20',
    install: 'false',
  })
})

test('an option that the feature does not declare is passed on', () => {
  expect(values({}, { extra: 'x' })).toEqual({ extra: 'x' })
})

test('a strict list and a boolean take no other value; proposals are free', () => {
  const options: FeatureOptions = {
    shell: { type: 'string', enum: ['bash', 'zsh'] },
    on: { type: 'boolean' },
    free: { type: 'string', proposals: ['a'] },
  }
  const refused = (problem: string) =>
    expect.objectContaining({
      code: 'definition-invalid',
      data: expect.objectContaining({ problem, line: 2 }),
    })
  expect(() => values(options, { shell: 'fish' })).toThrow(refused('"shell" must be one of "bash", "zsh"'))
  expect(() => values(options, { on: 'yes' })).toThrow(refused('"on" must be true or false'))
  const chosen = { on: 'true', free: 'b', shell: 'zsh' }
  expect(values(options, chosen)).toEqual(chosen)
})

test.each([
  ['version', 'VERSION'],
  ['installZsh', 'INSTALLZSH'],
  ['with-dash.and dot', 'WITH_DASH_AND_DOT'],
  ['2fast', '_FAST'],
  ['__x', '_X'],
])('the option %s is the variable %s', (option, variable) => {
  expect(optionVariable(option)).toBe(variable)
})

test('a variable of this computer in an option is refused, one of a shell is not', () => {
  const problem = expect.stringContaining('the same on every computer')
  expect(() => values({}, { a: `x-\${localEnv:HOME}` })).toThrow(
    expect.objectContaining({ data: expect.objectContaining({ problem }) }),
  )
  expect(values({}, { a: `\${HOME} $5` })).toEqual({ a: `\${HOME} $5` })
})

test('options without a variable, or with the same one, are refused', () => {
  const of = (written: Record<string, string>) => () => optionVariables(written, origin, ['features', 'x'])
  expect(of({ a: '1', 'b-c': '2' })()).toEqual({ A: '1', B_C: '2' })
  for (const written of [{ '': '1' }, { 'a-b': '1', a_b: '2' }])
    expect(of(written)).toThrow(expect.objectContaining({ code: 'definition-invalid' }))
})
