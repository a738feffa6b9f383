import { expect, test } from 'vitest'
import { MAX_RECIPES, neededBy } from '../../../main/build/needed-recipes.ts'
import type { LedgerEvent } from '../../../main/history/ledger.ts'
import type { VersionId } from '../../../shared/ids.ts'

const at = '2026-01-01T00:00:00.000Z'
const id = (ordinal: number) => ordinal.toString(16).padStart(64, '0') as VersionId
const built = (ordinal: number): LedgerEvent => {
  return { kind: 'built', at, version: id(ordinal), ordinal, image: '', because: [] }
}
const ready = (ordinal: number): LedgerEvent => ({
  kind: 'ready',
  at,
  version: id(ordinal),
  containers: ['c'],
})
const released: LedgerEvent = { kind: 'released', at }
const ordinals = (...given: Parameters<typeof neededBy>) =>
  neededBy(...given).map((one) => Number.parseInt(one, 16))

test('a project needs the recipes of its newest versions, and of those that it may go back to', () => {
  const events = Array.from({ length: MAX_RECIPES + 5 }, (_, at) => built(at + 1))
  expect(ordinals(events, false)).toEqual(Array.from({ length: MAX_RECIPES }, (_, at) => at + 6))
  const marked: LedgerEvent[] = [
    ready(1),
    ready(2),
    ready(3),
    { kind: 'marked', at, version: id(2) },
    ready(1),
  ]
  // v1 is current, v2 marked, and v3 is known-good without the mark.
  expect(ordinals([...events, ...marked], false).slice(0, 5)).toEqual([1, 2, 3, 6, 7])
})

test('while somebody else writes a project it needs all', () => {
  const events = Array.from({ length: MAX_RECIPES + 5 }, (_, at) => built(at + 1))
  expect(neededBy(events, true)).toHaveLength(MAX_RECIPES + 5)
})

test('of what a person removed only that is needed which came again', () => {
  const before = [built(1), ready(1), built(2), ready(2), released]
  expect(ordinals(before, false)).toEqual([])
  expect(ordinals([...before, ready(2)], true)).toEqual([2])
  expect(ordinals([...before, built(3), ready(3)], false)).toEqual([3])
  const recovered: LedgerEvent = {
    kind: 'recovered',
    at,
    versions: [{ version: id(1), ordinal: 1, image: '', createdAt: at }],
  }
  expect(ordinals([...before, recovered], false)).toEqual([1])
})

test('an adopted version is needed under each of its ids', () => {
  const adopted: LedgerEvent = { kind: 'adopted', at, version: id(9), from: id(1) }
  expect(ordinals([built(1), ready(1), adopted], false)).toEqual([9, 1])
  expect(ordinals([built(1), adopted, released], false)).toEqual([])
  expect(ordinals([built(1), adopted, released, ready(9)], false)).toEqual([9, 1])
})

test('a ledger without versions needs none', () => {
  expect(neededBy([], false)).toEqual([])
  expect(neededBy([released], true)).toEqual([])
})
