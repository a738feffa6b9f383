import { expect, test } from 'vitest'
import { comparisonOf, growthOf } from '../../../renderer/store/versions/comparison.ts'
import type { InputChange } from '../../../shared/change.ts'
import type { VersionDiff } from '../../../shared/version.ts'

const lockfile: InputChange = {
  input: 'package-lock.json',
  from: 'a',
  to: 'b',
  detail: { kind: 'packages', packages: [], count: 2 },
}
const pin: InputChange = { input: 'node:24', from: 'a', to: 'b', kind: 'pin' }
const file: InputChange = { input: 'page.html', from: 'a', to: 'b', kind: 'file' }
const compared = (inputs: InputChange[], contents: InputChange[] | null, texts: unknown[]) =>
  comparisonOf({ inputs, contents, texts } as VersionDiff & { texts: unknown[] })

test('what a project depends on and has inside comes before what else decides the version', () => {
  const { inside, inputs, same, unknown } = compared([file, pin, lockfile], [file], [1])
  expect(inside.map(({ part }) => part)).toEqual(['dependencies', 'contents'])
  expect(inputs).toEqual([
    { part: 'inputs', changes: [file] },
    { part: 'pins', changes: [pin] },
  ])
  expect([same, unknown]).toEqual([[], false])
})

test('what is the same is named, and what is not known is not said to be the same', () => {
  expect(compared([], [], [])).toMatchObject({
    inside: [],
    inputs: [],
    same: ['dependencies', 'contents', 'inputs', 'pins', 'texts'],
    unknown: false,
  })
  expect(compared([], null, [])).toMatchObject({
    same: ['dependencies', 'inputs', 'pins', 'texts'],
    unknown: true,
  })
})

test('an image grows or shrinks by the difference', () => {
  expect(growthOf({ from: 100, to: 500, layers: [] })).toBe(400)
  expect(growthOf({ from: 500, to: 100, layers: [] })).toBe(-400)
})
