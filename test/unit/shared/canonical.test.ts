import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from '../../../shared/canonical.ts'

test('keys are sorted and nothing is spaced', () => {
  expect(canonical({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}')
})

test('keys are sorted by UTF-16 units, as RFC 8785 has it', () => {
  expect(canonical({ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\u00f6': 5, '\ufb33': 6 })).toBe(
    '{"\\r":2,"1":3,"\u00f6":5,"\u20ac":1,"\ud83d\ude00":4,"\ufb33":6}',
  )
})

test('members that are undefined are left out', () => {
  expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}')
})

test('the text reads back as the value, and does not depend on the order of its members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = canonical(value)
      expect(canonical(JSON.parse(text))).toBe(text)
      expect(canonical(Object.fromEntries(Object.entries(value).reverse()))).toBe(text)
    }),
  )
})

test('what has no JSON form is refused', () => {
  expect(() => canonical(undefined)).toThrow(TypeError)
  expect(() => canonical(Number.NaN)).toThrow()
})
