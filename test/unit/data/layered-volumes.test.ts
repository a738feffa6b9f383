import { expect, test } from 'vitest'
import {
  deleteSnapshot,
  findSnapshot,
  freeName,
  ownVolumes,
  renameSnapshot,
  requireFreeName,
  restoreSnapshot,
  takeSnapshot,
} from '../../../main/data/volume-layers/change-snapshots.ts'
import type { DataState, SnapshotRecord } from '../../../main/data/volume-layers/data-record.ts'
import { KEPT_SNAPSHOTS, withoutExpired } from '../../../main/data/volume-layers/expire-snapshots.ts'
import {
  layersOf,
  NO_RECORD,
  partsOf,
  stackOf,
  volumesOf,
  withoutData,
  withoutVolume,
} from '../../../main/data/volume-layers/layered-volumes.ts'
import { isFull, MAX_LAYERS, planMount, volumesMade } from '../../../main/data/volume-layers/plan-mount.ts'
import { newestStacks } from '../../../main/data/volume-layers/recover-record.ts'
import { resolveMounts, withoutLayers } from '../../../main/data/volume-layers/resolve-mounts.ts'

const AT = '2026-01-01T00:00:00.000Z'
const named = (name: string, more: Partial<SnapshotRecord> = {}): Omit<SnapshotRecord, 'volumes'> => ({
  name,
  takenAt: AT,
  origin: 'taken',
  version: null,
  ...more,
})

/** Names `n1`, `n2`, … */
function namer() {
  let count = 0
  return () => `n${++count}`
}

/** The state once a container mounts a volume. */
function mounted(state: DataState, volume: string, name: () => string, overlays = true): DataState {
  const planned = planMount(stackOf(state, volume), overlays, name)
  if (!planned) throw new Error('It cannot be mounted.')
  return { ...state, stacks: { ...state.stacks, [volume]: planned.stack } }
}

test('a volume of which nothing is recorded is one layer of its own name', () => {
  expect(stackOf(NO_RECORD, 'data')).toEqual({ layers: [{ volume: 'data', path: '' }], mount: 'data' })
  expect(volumesOf(NO_RECORD)).toEqual(new Set())
})

test('a snapshot makes the volume as it is the layer below, without a copy', () => {
  const taken = takeSnapshot(NO_RECORD, ['data'], named('one'))
  expect(findSnapshot(taken, 'one').volumes).toEqual({ data: [{ volume: 'data', path: '' }] })
  const planned = planMount(stackOf(taken, 'data'), true, namer())
  expect(planned).toEqual({
    make: { kind: 'overlay', layer: 'n1', mount: 'n2', below: [{ volume: 'data', path: '' }] },
    stack: {
      layers: [
        { volume: 'data', path: '' },
        { volume: 'n1', path: 'data' },
      ],
      mount: 'n2',
    },
  })
  expect(planned && volumesMade(planned.make)).toEqual(['n1', 'n2'])
})

test('a restore writes to a new layer, and what is not needed any more can go', () => {
  const name = namer()
  const one = mounted(takeSnapshot(NO_RECORD, ['data'], named('one')), 'data', name)
  const kept = takeSnapshot(one, ['data'], named('before-one', { origin: 'reset' }))
  const restored = restoreSnapshot(kept, ['data'], findSnapshot(kept, 'one'))
  // The overlay of what was before, but none of its layers.
  expect(restored.unneeded).toEqual(['n2'])
  expect(stackOf(restored, 'data')).toEqual({ layers: [{ volume: 'data', path: '' }], mount: null })
  const now = mounted(restored, 'data', name)
  const deleted = deleteSnapshot(now, 'before-one')
  expect(deleted.unneeded.sort()).toEqual(['n1', 'n2'])
  // Deleting what the data consists of takes nothing away.
  expect(deleteSnapshot({ ...deleted, unneeded: [] }, 'one').unneeded).toEqual([])
})

test('empty data is a new volume, and the old one is only in the snapshot', () => {
  const kept = takeSnapshot(NO_RECORD, ['data'], named('before-empty'))
  const empty = mounted(restoreSnapshot(kept, ['data']), 'data', namer())
  expect(stackOf(empty, 'data')).toEqual({ layers: [{ volume: 'n1', path: '' }], mount: 'n1' })
  expect(deleteSnapshot(empty, 'before-empty').unneeded).toEqual(['data'])
})

test('a snapshot with other volumes empties those that it lacks and brings those that it has', () => {
  const one = takeSnapshot(NO_RECORD, ['a'], named('one'))
  const kept = takeSnapshot(one, ['a', 'b'], named('two'))
  const restored = restoreSnapshot(kept, ['b'], findSnapshot(kept, 'one'))
  expect(restored.stacks['a']?.layers).toEqual([{ volume: 'a', path: '' }])
  expect(restored.stacks['b']?.layers).toEqual([])
})

test('without overlays a single layer is copied, and several cannot be shown', () => {
  const taken = takeSnapshot(NO_RECORD, ['data'], named('one'))
  expect(planMount(stackOf(taken, 'data'), false, namer())).toEqual({
    make: { kind: 'copy', volume: 'n1', from: [{ volume: 'data', path: '' }] },
    stack: { layers: [{ volume: 'n1', path: '' }], mount: 'n1' },
  })
  const layers = ['a', 'b'].map((volume) => ({ volume, path: 'data' as const }))
  expect(planMount({ layers }, false, namer())).toBeUndefined()
})

test('a stack of many layers is copied into one', () => {
  const layers = Array.from({ length: MAX_LAYERS }, (_, at) => ({ volume: `l${at}`, path: 'data' as const }))
  const planned = planMount({ layers }, true, namer())
  expect(planned?.make).toMatchObject({ kind: 'copy', volume: 'n1', shown: 'n2' })
  expect(planned?.stack.layers).toEqual([{ volume: 'n1', path: '' }])
  expect(planMount({ layers: layers.slice(1) }, true, namer())?.make.kind).toBe('overlay')
  expect([layers, layers.slice(1)].map((all) => isFull({ layers: all }))).toEqual([true, false])
})

test('names are unique, and a renamed snapshot is one that stays', () => {
  const state = takeSnapshot(NO_RECORD, ['data'], named('before', { origin: 'reset' }))
  expect([freeName(state, 'before'), freeName(state, 'other')]).toEqual(['before-2', 'other'])
  expect(() => requireFreeName(state, 'before')).toThrow(expect.objectContaining({ code: 'snapshot-exists' }))
  expect(() => findSnapshot(state, 'none')).toThrow(expect.objectContaining({ code: 'snapshot-unknown' }))
  expect(() => deleteSnapshot(state, 'none')).toThrow(expect.objectContaining({ code: 'snapshot-unknown' }))
  expect(renameSnapshot(state, 'before', 'mine').snapshots).toMatchObject([{ name: 'mine', origin: 'taken' }])
})

test('snapshots that nobody asked for go when they are many or old; the newest and those of a person stay', () => {
  const now = Date.parse(AT)
  const on = (day: number) => new Date(now - day * 86_400_000).toISOString()
  const with_ = (...all: Partial<SnapshotRecord>[]): DataState => ({
    ...NO_RECORD,
    snapshots: all.map((one, at) => ({ ...named(`s${at}`), volumes: {}, origin: 'reset', ...one })),
  })
  const names = (state: DataState) => state.snapshots.map(({ name }) => name)
  const many = with_(...Array.from({ length: KEPT_SNAPSHOTS + 2 }, () => ({})), { origin: 'taken' })
  expect(names(withoutExpired(many, now))).toEqual(['s2', 's3', 's4', 's5', 's6', 's7'])
  const old = with_({ takenAt: on(90), origin: 'taken' }, { takenAt: on(80) }, { takenAt: on(70) })
  expect(names(withoutExpired(old, now))).toEqual(['s0', 's2'])
})

test('a clock that is wrong by years, before a change or at it, makes no snapshot old', () => {
  const now = Date.parse(AT)
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
  const YEARS = 10 * 365 * 86_400_000
  const all = (...times: string[]): DataState => ({
    ...NO_RECORD,
    snapshots: times.map((takenAt, at) => ({ ...named(`s${at}`), volumes: {}, origin: 'version', takenAt })),
  })
  const minutes = all(at(0), at(1), at(2), at(3))
  expect(withoutExpired(minutes, now + YEARS)).toBe(minutes)
  const jumped = all(at(0), at(1), new Date(now + YEARS).toISOString())
  expect(withoutExpired(jumped, now + YEARS + 60_000)).toBe(jumped)
  expect(withoutExpired(jumped, now + 120_000)).toBe(jumped)
})

test('the last capture of a volume stays, however many follow it without that volume', () => {
  const one = (at: number, ...volumes: string[]): SnapshotRecord => ({
    ...named(`s${at}`, { origin: 'version' }),
    volumes: Object.fromEntries(volumes.map((volume) => [volume, [{ volume, path: '' as const }]])),
  })
  const later = Array.from({ length: KEPT_SNAPSHOTS + 1 }, (_, at) => one(at + 2, 'cache'))
  const state = { ...NO_RECORD, snapshots: [one(0, 'pg15'), one(1, 'pg15', 'cache'), ...later] }
  const left = withoutExpired(state, Date.parse(AT))
  expect(left.snapshots.map(({ name }) => name)).toEqual(['s1', 's3', 's4', 's5', 's6', 's7'])
  expect(left.unneeded).toEqual([])
})

test('what a deletion frees is what nothing else needs', () => {
  const one = mounted(takeSnapshot(NO_RECORD, ['data'], named('one')), 'data', namer())
  const two = takeSnapshot(one, ['data'], named('two'))
  const emptied = restoreSnapshot(two, ['data'])
  expect(ownVolumes(emptied, findSnapshot(emptied, 'two'))).toEqual(['n1'])
  expect(ownVolumes(emptied, findSnapshot(emptied, 'one'))).toEqual([])
})

test('a container gets the engine’s volumes, and the layers for reading', () => {
  const mounts = [
    { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: false },
    { Type: 'bind', Source: 'data', Target: '/folder', ReadOnly: false },
    { Type: 'volume', Source: 'plain', Target: '/plain' },
  ] as const
  const layers = ['data', 'l1'].map((volume) => ({ volume, path: 'data' as const }))
  const stacks = new Map([['data', { layers, mount: 'm1', fill: false }]])
  const copy = { VolumeOptions: { NoCopy: true } }
  expect(resolveMounts([...mounts], stacks)).toEqual([
    { ...mounts[0], Source: 'm1', ...copy },
    ...mounts.slice(1),
    { Type: 'volume', Source: 'data', Target: '/run/pristine-data/0', ReadOnly: true, ...copy },
    { Type: 'volume', Source: 'l1', Target: '/run/pristine-data/1', ReadOnly: true, ...copy },
  ])
  const empty = new Map([
    ['data', { layers: [{ volume: 'm1', path: '' as const }], mount: 'm1', fill: true }],
  ])
  expect(resolveMounts([...mounts], empty)[0]).toEqual({ ...mounts[0], Source: 'm1' })
})

test('a lost record is what a container has, else the newest', () => {
  const mount = (name: string, at: string, used: boolean) => ({
    ...{ volume: 'data', mount: name, at, used },
    layers: [{ volume: name, path: '' as const }],
  })
  const [old, used, newest] = [
    mount('old', '2026-01-01T00:00:00.000Z', false),
    mount('used', '2026-01-02T00:00:00.000Z', true),
    mount('newest', '2026-01-03T00:00:00.000Z', false),
  ]
  expect(newestStacks([newest, used, old])['data']?.mount).toBe('used')
  expect(newestStacks([newest, old])['data']?.mount).toBe('newest')
})

test('data that is given up begins empty under other names, while parts of it are left', () => {
  const one = mounted(takeSnapshot(NO_RECORD, ['data'], named('one')), 'data', namer())
  const given = withoutData(one, ['data', 'single'], ['data', 'n1', 'n2', 'single'])
  expect(given.snapshots).toEqual([])
  expect(given.unneeded).toEqual(['data', 'n1', 'n2', 'single'])
  expect(stackOf(given, 'single')).toEqual({ layers: [], mount: null })
  expect(planMount(stackOf(given, 'data'), true, namer())?.make).toEqual({ kind: 'empty', volume: 'n1' })
})

test('a volume that is removed takes its part of the snapshots with it, and those that had no other', () => {
  const name = namer()
  const one = mounted(takeSnapshot(NO_RECORD, ['data'], named('one')), 'data', name)
  const two = mounted(takeSnapshot(one, ['data', 'cache'], named('two')), 'data', name)
  expect(partsOf(two, 'data').sort()).toEqual(['data', 'n1', 'n3', 'n4'])
  expect(partsOf(two, 'other')).toEqual(['other'])
  // Their overlays hold no files.
  expect(layersOf(two, 'data').sort()).toEqual(['data', 'n1', 'n3'])
  expect(layersOf(two, 'other')).toEqual(['other'])
  const rest = withoutVolume(two, 'data')
  expect(rest.snapshots).toMatchObject([{ name: 'two', volumes: { cache: [{ volume: 'cache', path: '' }] } }])
  expect(Object.keys(rest.stacks)).toEqual(['cache'])
  expect(rest.unneeded.sort()).toEqual(['data', 'n1', 'n2', 'n3', 'n4'])
})

test('a request is judged without the layers that are recorded, and with all else that is mounted beside them', () => {
  const mount = (Source: string, Target: string, ReadOnly = true) => ({
    ...{ Type: 'volume' as const, Source, Target, ReadOnly },
  })
  const kept = [
    mount('other', '/run/pristine-data/0'),
    mount('layer', '/run/pristine-data/1', false),
    mount('layer', '/data'),
  ]
  const Mounts = [...kept, mount('layer', '/run/pristine-data/2')]
  expect(withoutLayers({ HostConfig: { Mounts } }, new Set(['layer']))).toEqual({
    HostConfig: { Mounts: kept },
  })
})
