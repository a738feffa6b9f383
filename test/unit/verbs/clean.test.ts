import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { History } from '../../../main/history/fold-ledger.ts'
import { chooseOld } from '../../../main/verbs/cleanup/clean.ts'
import type { VersionId } from '../../../shared/ids.ts'

const id = (ordinal: number) => ordinal.toString(16).padStart(64, '0') as VersionId
const history = (count: number, more: Partial<History> = {}): History => ({
  versions: Array.from({ length: count }, (_, at) => ({
    id: id(at + 1),
    ordinal: at + 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    image: '',
    because: [],
    wasReady: true,
  })),
  containers: [],
  ...more,
})
const ordinals = (...given: Parameters<typeof chooseOld>) => chooseOld(...given).map(({ ordinal }) => ordinal)

test('the oldest go, the newest few stay', () => {
  expect(ordinals(history(5), () => true, 2, [])).toEqual([1, 2, 3])
})

test('current, known-good, marked and used ones stay, and do not count', () => {
  const some = history(6, { current: id(1), knownGood: id(2), marked: id(2) })
  expect(ordinals(some, () => true, 1, [id(3)])).toEqual([4, 5])
})

test('what is known-good when the mark is taken off stays, and does not count', () => {
  const some = history(4, { current: id(1), knownGood: id(2), marked: id(2), proven: id(4) })
  expect(ordinals(some, () => true, 0, [])).toEqual([3])
})

test('whatever the history, nobody loses what they need, and no more than keep others stay', () => {
  const ordinal = fc.integer({ min: 1, max: 12 })
  fc.assert(
    fc.property(
      fc.nat(12),
      fc.nat(6),
      ordinal,
      ordinal,
      fc.uniqueArray(ordinal),
      (count, keep, current, good, gone) => {
        const some = history(count, { current: id(current), knownGood: id(good) })
        const present = (version: { id: VersionId }) => !gone.some((one) => id(one) === version.id)
        const doomed = chooseOld(some, present, keep, []).map((version) => version.id)
        expect(doomed).not.toContain(id(current))
        expect(doomed).not.toContain(id(good))
        const others = some.versions.filter((v) => present(v) && v.id !== id(current) && v.id !== id(good))
        expect(others.length - doomed.length).toBe(Math.min(keep, others.length))
      },
    ),
  )
})
