import { expect, test } from 'vitest'
import { cutAround } from '../../../shared/cut-around.ts'

test('of long texts the part with the first difference is shown', () => {
  const long = 'x'.repeat(100)
  expect(cutAround('a', 'b', 30)).toEqual(['a', 'b'])
  expect(cutAround(`${long}a`, `${long}b`, 30)).toEqual([`…${'x'.repeat(10)}a`, `…${'x'.repeat(10)}b`])
  expect(cutAround(`a${long}`, `b${long}`, 30)).toEqual([`a${'x'.repeat(28)}…`, `b${'x'.repeat(28)}…`])
  expect(cutAround(long, `${long}${long}`, 30)).toEqual([`…${'x'.repeat(10)}`, `…${'x'.repeat(28)}…`])
  for (const [from, to] of [
    [`${long}a${long}`, `${long}b${long}`],
    [long, ''],
  ] as const)
    for (const text of cutAround(from, to, 30)) expect(text.length).toBeLessThanOrEqual(30)
})
