import { expect, test } from 'vitest'
import { renameSnapshot, takeSnapshot } from '../../../main/data/volume-layers/change-snapshots.ts'
import type { DataState } from '../../../main/data/volume-layers/data-record.ts'
import { KEPT_SEEDS, withoutExpired } from '../../../main/data/volume-layers/expire-snapshots.ts'
import { NO_RECORD } from '../../../main/data/volume-layers/layered-volumes.ts'
import { findSeed, isNewData, onlySeeded, seedKey, withSeed } from '../../../main/data/volume-layers/seed.ts'
import { ProjectKey, VersionId } from '../../../shared/ids.ts'

const [ONE, TWO] = ['1', '2'].map((digit) => digit.repeat(64)) as [string, string]
const version = VersionId.parse(ONE)
const AT = '2026-01-01T00:00:00.000Z'

const DAY = 24 * 3_600_000
const seeded = (state: DataState, seed: string, volume: string, takenAt = AT): DataState =>
  withSeed(state, { takenAt, version, seed, volumes: { data: [{ volume, path: '' }] } })

test('what a seed made is the snapshot "seed", and the volumes go on above it', () => {
  const state = seeded(NO_RECORD, ONE, 'a')
  expect(state.snapshots).toMatchObject([{ name: 'seed', origin: 'seed', seed: ONE }])
  expect(state.stacks).toEqual({ data: { layers: [{ volume: 'a', path: '' }], mount: null } })
  expect(findSeed(state, ONE)?.name).toBe('seed')
  expect(findSeed(state, TWO)).toBeUndefined()
})

test('another seed takes the name; earlier ones stay to be found for a while', () => {
  const state = seeded(seeded(NO_RECORD, ONE, 'a'), TWO, 'b')
  expect(state.snapshots.map(({ name }) => name)).toEqual(['earlier-seed', 'seed'])
  expect(findSeed(state, ONE)?.name).toBe('earlier-seed')
  const now = Date.parse(AT)
  expect(withoutExpired(state, now)).toBe(state)
  const month = new Date(now + 31 * DAY).toISOString()
  const { snapshots, unneeded } = withoutExpired(
    seeded(seeded(NO_RECORD, ONE, 'a'), TWO, 'b', month),
    now + 33 * DAY,
  )
  expect(snapshots.map(({ name }) => name)).toEqual(['seed'])
  expect(unneeded).toEqual(['a'])
  const many = Array.from({ length: KEPT_SEEDS + 2 }, (_, at) => `v${at}`)
  const all = many.reduce((before, volume, at) => seeded(before, `${at}`.repeat(64), volume), NO_RECORD)
  expect(withoutExpired(all, now).snapshots).toHaveLength(KEPT_SEEDS)
})

test("a person's snapshot of that name keeps it, and one that was renamed is found still", () => {
  const taken = takeSnapshot(NO_RECORD, ['data'], {
    ...{ name: 'seed', takenAt: AT, origin: 'taken', version },
  })
  const state = seeded(taken, ONE, 'a')
  expect(state.snapshots.map(({ name }) => name)).toEqual(['seed', 'seed-2'])
  expect(findSeed(renameSnapshot(state, 'seed-2', 'mine'), ONE)?.name).toBe('mine')
})

test('data is new where no volume has any', () => {
  const volumes = new Map([
    ['data', { exists: false }],
    ['more', { exists: false }],
  ])
  expect(isNewData(NO_RECORD, new Map())).toBe(false)
  expect(isNewData(NO_RECORD, volumes)).toBe(true)
  expect(isNewData(NO_RECORD, new Map([...volumes, ['more', { exists: true }]]))).toBe(false)
  const emptied = { ...NO_RECORD, stacks: { data: { layers: [], mount: null } } }
  expect(isNewData(emptied, new Map([['data', { exists: true }]]))).toBe(true)
  expect(isNewData(seeded(NO_RECORD, ONE, 'a'), volumes)).toBe(false)
})

test('where nothing can be captured, the volumes are what the seed fills', () => {
  const state = onlySeeded(NO_RECORD, { data: [{ volume: 'a', path: '' }] })
  expect(state.snapshots).toEqual([])
  expect(state.stacks).toEqual({ data: { layers: [{ volume: 'a', path: '' }], mount: 'a' } })
})

test('what a seed makes is another one with another command, image or volume, and the same in every clone', () => {
  const key = (project: string, { sha256 = ONE, image = 'i', name = 'db', target = '/data' } = {}) => {
    const clone = ProjectKey.parse(project)
    const volume = { name: `pristine-${clone}-${name}`, target, readOnly: false }
    return seedKey({ sha256 }, clone, [volume], () => image)
  }
  const [one, two] = ['shop-01234567', 'fork-98765432']
  expect(key(one ?? '')).toBe(key(two ?? ''))
  const others = [{ sha256: TWO }, { image: 'j' }, { name: 'cache' }, { target: '/other' }]
  const keys = others.map((other) => key(one ?? '', other))
  expect(new Set([...keys, key(one ?? '')]).size).toBe(5)
})
