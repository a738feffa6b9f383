import { expect, test } from 'vitest'
import { RestlessInputs } from '../../../main/environment/watch/restless.ts'

test('an input that changes in three builds in a row is told, and after that in each next one', () => {
  const inputs = new RestlessInputs()
  expect(inputs.hear(['a', 'b'])).toEqual([])
  expect(inputs.hear(['c', 'a'])).toEqual([])
  expect(inputs.hear(['a'])).toEqual(['a'])
  expect(inputs.hear(['a', 'd'])).toEqual(['a'])
  expect(inputs.hear([])).toEqual([])
  expect(inputs.hear(['a'])).toEqual([])
})

test('changes that a person makes, now here and now there, are not', () => {
  const inputs = new RestlessInputs()
  for (const changed of [['a'], ['a'], [], ['a'], ['b'], ['a'], ['a'], ['c']])
    expect(inputs.hear(changed)).toEqual([])
})
