import { expect, test } from 'vitest'
import { isDestructive, resetChoice } from '../../../renderer/store/versions/reset-choice.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import type { Version } from '../../../shared/version.ts'

const NOW = Date.parse('2026-11-30T12:00:00Z')
const HOUR = 3_600_000
const version = (ordinal: number, change: Partial<Version> = {}): Version =>
  ({
    id: `id${ordinal}`,
    ordinal,
    createdAt: new Date(NOW - 100 * HOUR).toISOString(),
    knownGood: false,
    wasReady: true,
    present: true,
    rebuildable: null,
    plan: true,
    ...change,
  }) as Version
const time = (hours: number) => new Date(NOW - hours * HOUR).toISOString()
const hoursAgo = (hours: number) => ({ createdAt: time(hours) })
const good = { knownGood: true }
const running = (ordinal: number, change: object = {}) =>
  ({
    version: { id: `id${ordinal}`, ordinal },
    state: 'ready',
    drift: 0,
    chosen: null,
    ...change,
  }) as unknown as ProjectSummary
const short = (choice: ReturnType<typeof resetChoice>) =>
  choice && `v${choice.target.ordinal} ${choice.why}${choice.other ? `, or v${choice.other.ordinal}` : ''}`

test.each([
  ['of less than a day', hoursAgo(23), {}, 'v1 new, or v2'],
  ['of a day', hoursAgo(24), {}, 'v2 known-good, or v1'],
  ['that waited until now', { ...hoursAgo(50), firstReadyAt: time(1) }, {}, 'v1 new, or v2'],
  ['that has drifted', hoursAgo(50), { drift: 3 }, 'v1 drifted, or v2'],
  ['that is unhealthy', hoursAgo(50), { state: 'unhealthy' }, 'v1 unhealthy, or v2'],
  ['whose drift is not counted', hoursAgo(50), { drift: null }, 'v2 known-good, or v1'],
])('of a version %s a reset leads to the right one first', (_, age, change, expected) => {
  expect(short(resetChoice([version(1), version(2, { ...good, ...age })], running(2, change), NOW))).toBe(
    expected,
  )
})

test('what cannot be started is no version to go back to', () => {
  const second = version(2, { ...good, ...hoursAgo(1) })
  for (const lost of [{ wasReady: false }, { present: false, rebuildable: false }, { plan: false }])
    expect(short(resetChoice([version(1, lost), second], running(2), NOW))).toBe('v2 known-good')
  expect(
    short(resetChoice([version(1, { present: false, rebuildable: true }), second], running(2), NOW)),
  ).toBe('v1 new, or v2')
})

test('known-good comes first where something else runs, unless the person went there', () => {
  const both = [version(1, good), version(2, hoursAgo(1))]
  expect(short(resetChoice(both, running(2), NOW))).toBe('v1 known-good, or v2')
  const back = [version(1), version(2, { ...good, ...hoursAgo(1) })]
  expect(short(resetChoice(back, running(1, { chosen: { wanted: 2 } }), NOW))).toBe('v1 chosen, or v2')
  expect(short(resetChoice(back, running(1), NOW))).toBe('v2 known-good, or v1')
  expect(short(resetChoice(back, running(1, { version: null }), NOW))).toBe('v2 known-good')
  expect(resetChoice([version(1)], running(1), NOW)).toBeUndefined()
})

test('a reset is destructive if something is lost, or may be', () => {
  expect(isDestructive({ files: 0, sessions: 0 }, undefined)).toBe(false)
  expect(isDestructive({ files: 0, sessions: 0 }, { discard: false })).toBe(false)
  expect(isDestructive({ files: 0, sessions: 0 }, { discard: true })).toBe(true)
  expect(isDestructive({ files: 1, sessions: 0 }, undefined)).toBe(true)
  expect(isDestructive({ files: 0, sessions: 1 }, undefined)).toBe(true)
  expect(isDestructive(undefined, undefined)).toBe(true)
})
