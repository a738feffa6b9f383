import { expect, test } from 'vitest'
import { timelineOf } from '../../../renderer/store/versions/version-timeline.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/version.ts'

const id = (ordinal: number) => `id${ordinal}` as VersionId
const change = (input: string) => ({ input, from: null, to: 'x' })
const version = (ordinal: number, knownGood = false): Version =>
  ({ id: id(ordinal), ordinal, knownGood, because: [change(`of v${ordinal}`)] }) as Version
const wants = (wanted: { id: VersionId; ordinal: number | null } | null) => ({
  wanted,
  because: [change('of the definition')],
})
const short = (entries: ReturnType<typeof timelineOf>) =>
  entries.map(({ ordinal, roles, because }) => `v${ordinal} ${roles.join('+')} ${because[0]?.input}`)

test('what counts is shown, newest first, and each for what it is', () => {
  const versions = [version(1), version(2, true), version(3), version(4)]
  expect(short(timelineOf(versions, id(4), wants({ id: id(4), ordinal: 4 }), id(2)))).toEqual([
    'v4 running of v4',
    'v2 known-good+reset of v2',
  ])
  expect(short(timelineOf(versions, id(3), wants({ id: id(9), ordinal: null }), id(3)))).toEqual([
    'v5 wanted of the definition',
    'v3 running+reset of v3',
    'v2 known-good of v2',
  ])
  expect(short(timelineOf(versions, id(1), wants({ id: id(4), ordinal: 4 }), undefined))).toEqual([
    'v4 wanted of the definition',
    'v2 known-good of v2',
    'v1 running of v1',
  ])
})

test('what the lock does not pin yet is wanted without a number', () => {
  expect(short(timelineOf([version(1, true)], id(1), wants(null), id(1)))).toEqual([
    'vnull wanted of the definition',
    'v1 running+known-good+reset of v1',
  ])
})

test('of what never ran nothing is wanted', () => {
  expect(timelineOf([], undefined, wants({ id: id(1), ordinal: null }), undefined)).toEqual([])
})

test('before it is known what the definition wants, what is known is shown', () => {
  expect(short(timelineOf([version(1), version(2, true)], id(2), undefined, id(1)))).toEqual([
    'v2 running+known-good of v2',
    'v1 reset of v1',
  ])
})
