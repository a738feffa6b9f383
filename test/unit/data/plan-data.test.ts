import { expect, test } from 'vitest'
import { applyChange, type DataChange } from '../../../main/data/volume-layers/apply-change.ts'
import { findSnapshot, newestOfVersion } from '../../../main/data/volume-layers/change-snapshots.ts'
import {
  type DataFacts,
  findVolume,
  managedVolumeNames,
  newerThanRecord,
} from '../../../main/data/volume-layers/data-facts.ts'
import type { DataState, SnapshotRecord } from '../../../main/data/volume-layers/data-record.ts'
import { NO_RECORD } from '../../../main/data/volume-layers/layered-volumes.ts'
import {
  type DataMeans,
  type DataRequest,
  needsOverlays,
  planData,
} from '../../../main/data/volume-layers/plan-data.ts'
import { MAX_LAYERS, volumesMade } from '../../../main/data/volume-layers/plan-mount.ts'
import { LABEL } from '../../../main/docker/labels.ts'
import { ProjectKey, VersionId } from '../../../shared/ids.ts'

const key = ProjectKey.parse('shop-12345678')
const [V1, V2] = ['1', '2'].map((digit) => VersionId.parse(digit.repeat(64))) as [VersionId, VersionId]
const NOW = '2026-01-01T00:00:00.000Z'

/** What is on the engine, by names: a layer is `volume=managed`, of the others each is managed itself. */
function facts(state: Partial<DataState>, ...here: string[]): DataFacts {
  const volumes = here.map((one): [string, Record<string, string>] => {
    const [name = '', part] = one.split('=')
    return [name, part === undefined ? {} : { [LABEL.part]: part }]
  })
  return { state: { ...NO_RECORD, ...state }, here: new Map(volumes) }
}

const layer = (volume: string, path: '' | 'data' = '') => ({ volume, path })

const snapshot = (name: string, volumes: string[], more: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  ...{ name, takenAt: NOW, origin: 'version', version: V1 },
  volumes: Object.fromEntries(volumes.map((volume) => [volume, [layer(volume)]])),
  ...more,
})

const request = (names: string[], change?: DataChange, target = '/data'): DataRequest => ({
  key,
  volumes: names.map((name) => ({ name, target: `${target}/${name}`, readOnly: false })),
  fillerOf: () => ({ version: V2, image: 'image', layers: 'layers' }),
  change,
  seed: undefined,
})

/** New names are `n1`, `n2`, … */
function means(more: Partial<DataMeans> = {}): DataMeans {
  let count = 0
  return {
    overlays: { work: true },
    shared: new Map(),
    copies: true,
    newName: () => `n${++count}`,
    now: NOW,
    ...more,
  }
}

const GUARD: DataChange = { kind: 'guard', name: 'before-v2', version: V1 }

test('a managed volume is a stack or a single volume of the engine, and has data where one of its layers is', () => {
  const stacks = {
    stacked: { layers: [layer('base'), layer('top', 'data')], mount: 'overlay' },
    emptied: { layers: [], mount: null },
    gone: { layers: [layer('away')], mount: 'away' },
  }
  const found = facts({ stacks }, 'base=stacked', 'single', 'overlay=stacked')
  expect(managedVolumeNames(found)).toEqual(['single', 'stacked'])
  // A fork has single volumes of its origin as layers of its own.
  const forked = facts({ stacks: { mine: { layers: [layer('theirs')], mount: null } } }, 'theirs')
  expect(managedVolumeNames(forked)).toEqual(['mine'])
  expect(findVolume(found, 'stacked')).toMatchObject({ exists: true, missing: ['top'] })
  expect(findVolume(found, 'gone')).toMatchObject({ exists: false, missing: ['away'] })
  expect(findVolume(found, 'other')).toMatchObject({ exists: false })
})

test('what others go on to change is not captured: a guard omits it, and what a person asks for is refused', () => {
  const found = facts({}, 'shared', 'own')
  const shared = means({ shared: new Map([['shared', ['other']]]) })
  const guarded = planData(found, request(['shared', 'own'], GUARD), shared)
  expect([...guarded.captured]).toEqual(['own'])
  expect([...guarded.unguarded]).toEqual([['shared', ['other']]])
  for (const change of [
    { kind: 'take', name: 'a', origin: 'taken', version: V1 },
    { kind: 'restore', snapshot: null, version: V1 },
  ] satisfies DataChange[])
    expect(() => planData(found, request(['shared', 'own'], change), shared)).toThrow(
      expect.objectContaining({ code: 'volume-shared', data: { volume: 'shared', containers: ['other'] } }),
    )
  const only = { ...request(['own'], { kind: 'restore', snapshot: null, version: V1 }) }
  expect([...planData(found, only, shared).captured]).toEqual(['own'])
  expect(planData(found, request(['shared', 'own']), shared).unguarded.size).toBe(0)
})

test('a guard captures what the next version does not have, too, so that going back brings it back', () => {
  const before = facts({}, 'pg15', 'cache')
  const guarded = planData(before, request(['pg16', 'cache'], GUARD), means())
  expect(Object.keys(findSnapshot(guarded.next, 'before-v2').volumes)).toEqual(['cache', 'pg15'])
  expect([...guarded.captured]).toEqual(['cache', 'pg15'])
  // Nothing is made for what it does not mount.
  expect(guarded.next.stacks['pg15']).toEqual({ layers: [layer('pg15')], mount: null })
  expect(guarded.makings.map(({ volume }) => volume)).toEqual(['pg16', 'cache'])
  expect(planData(before, request(['cache'], GUARD), means({ overlays: undefined })).captured.size).toBe(0)
})

test('a guard leaves out the store of an engine inside, also one that the next version does not have', () => {
  const filled = JSON.stringify({ version: V1, image: 'i', layers: 'l', place: '/var/lib/docker' })
  const { state, here } = facts({}, 'a', 'store')
  const found = { state, here: new Map([...here, ['store', { [LABEL.filled]: filled }]]) }
  expect([...planData(found, request(['a'], GUARD), means()).captured]).toEqual(['a'])
  const mounted = planData(facts({}, 'a'), request(['a'], GUARD, '/var/lib/docker'), means())
  expect(mounted.captured.size).toBe(0)
})

test('a guard leaves out and names a volume whose next capture copies it; a person captures it', () => {
  const layers = Array.from({ length: MAX_LAYERS }, (_, at) => layer(`l${at}`, 'data'))
  const state = { stacks: { full: { layers, mount: 'overlay' } } }
  const here = layers.map(({ volume }) => `${volume}=full`)
  const found = facts(state, ...here, 'overlay=full', 'other')
  const guarded = planData(found, request(['full', 'other'], GUARD), means())
  expect([[...guarded.captured], guarded.uncaptured]).toEqual([['other'], ['full']])
  expect(guarded.makings.map(({ volume }) => volume)).toEqual(['other'])
  expect(guarded.next.stacks['full']).toEqual(state.stacks.full)
  expect(planData(found, request(['full'], GUARD), means({ overlays: undefined })).uncaptured).toEqual([])
  const take: DataChange = { kind: 'take', name: 'mine', origin: 'taken', version: V1 }
  const taken = planData(found, request(['full', 'other'], take), means())
  expect([[...taken.captured], taken.uncaptured]).toEqual([['full', 'other'], []])
  expect(taken.makings).toContainEqual(
    expect.objectContaining({ make: expect.objectContaining({ kind: 'copy' }) }),
  )
})

test('what was captured by itself leaves volumes that it lacks as they are', () => {
  const state = { snapshots: [snapshot('before-v2', ['cache'])] }
  const back: DataChange = { kind: 'restore', snapshot: 'before-v2', version: V2 }
  const plan = planData(facts(state, 'pg15', 'cache'), request(['pg15', 'cache'], back), means())
  expect([...plan.fresh]).toEqual([])
  expect(plan.emptied).toEqual([])
  expect(plan.next.stacks['pg15']).toEqual({ layers: [layer('pg15')], mount: 'pg15' })
  expect([...plan.captured]).toEqual(['cache'])
})

test('a snapshot that a person took is all of the data: what it lacks begins empty, and is named', () => {
  const state = { snapshots: [snapshot('mine', ['cache'], { origin: 'taken' })] }
  const back: DataChange = { kind: 'restore', snapshot: 'mine', version: V2 }
  const plan = planData(facts(state, 'pg15', 'cache'), request(['pg15', 'cache'], back), means())
  expect(plan.emptied).toEqual(['pg15'])
  expect(Object.keys(findSnapshot(plan.next, 'before-mine').volumes)).toEqual(['cache', 'pg15'])
})

test('a restore captures a single volume of the engine that only the snapshot and an earlier version have', () => {
  const imported = { ...snapshot('s', []), volumes: { old: [layer('i1')], data: [layer('i2')] } }
  const state = { snapshots: [{ ...imported, origin: 'imported' as const }] }
  const found = facts(state, 'data', 'old', 'i1=old', 'i2=data')
  const plan = planData(found, request(['data'], { kind: 'restore', snapshot: 's', version: V1 }), means())
  expect(findSnapshot(plan.next, 'before-s').volumes).toEqual({ data: [layer('data')], old: [layer('old')] })
  expect(plan.next.stacks['old']).toEqual({ layers: [layer('i1')], mount: null })
  expect(plan.next.unneeded).toEqual([])
})

test('a volume that is new is made under its own name; one that is there is left alone', () => {
  const plan = planData(facts({}, 'old'), request(['old', 'new']), means({ overlays: undefined }))
  expect(plan.makings).toMatchObject([{ volume: 'new', make: { kind: 'single', volume: 'new' } }])
  expect(plan.makings.flatMap(({ make }) => volumesMade(make))).toEqual(['new'])
  expect(JSON.parse(plan.makings[0]?.filled ?? '')).toMatchObject({ version: V2, place: '/data/new' })
  expect([...plan.fresh]).toEqual(['new'])
  // Both are recorded: so it is known later that they were there.
  expect(plan.next.stacks).toMatchObject({ old: { mount: 'old' }, new: { mount: 'new' } })
  // The engine fills one that is empty still, as ever.
  expect([...plan.mounted]).toEqual([])
  const again = planData(facts({ stacks: plan.next.stacks }, 'old', 'new'), request(['old', 'new']), means())
  expect(again.next.stacks).toBe(plan.next.stacks)
})

test('nothing is made of a volume that could not be removed yet', () => {
  const plan = planData(facts({ unneeded: ['new'] }, 'new'), request(['new']), means())
  expect(plan.makings).toMatchObject([{ make: { kind: 'empty', volume: 'n1' } }])
  expect(plan.next).toMatchObject({ stacks: { new: { mount: 'n1' } }, unneeded: ['new'] })
})

test('a mount that is gone is made again; a layer that is gone is an error, which a snapshot mends', () => {
  const stack = { layers: [layer('base'), layer('top', 'data')], mount: 'overlay' }
  const state = {
    stacks: { data: stack },
    snapshots: [snapshot('s', [], { volumes: { data: [layer('base')] } })],
  }
  const plan = planData(facts(state, 'base', 'top=data'), request(['data']), means())
  expect([...plan.remade.keys()]).toEqual(['data'])
  const broken = facts(state, 'base', 'overlay=data')
  const missing = expect.objectContaining({
    code: 'data-layers-missing',
    data: { volume: 'data', missing: ['top'] },
  })
  expect(() => planData(broken, request(['data']), means())).toThrow(missing)
  const restored = planData(
    broken,
    request(['data'], { kind: 'restore', snapshot: 's', version: V1 }),
    means(),
  )
  expect(restored.next.stacks['data']).toMatchObject({ layers: [layer('base'), layer('n1', 'data')] })
  const gone = facts(state, 'top=data')
  expect(() =>
    applyChange(gone, { kind: 'restore', snapshot: 's', version: V1 }, { wanted: [], now: NOW }),
  ).toThrow(expect.objectContaining({ code: 'snapshot-gone' }))
})

test('data that cannot be shown, or not be copied, is an error', () => {
  const taken: DataChange = { kind: 'take', name: 'one', origin: 'taken', version: V1 }
  const no = { work: false as const, why: 'It is old.' }
  const copied = planData(facts({}, 'data'), request(['data'], taken), means({ overlays: no }))
  expect(copied.makings[0]?.make.kind).toBe('copy')
  expect(() =>
    planData(facts({}, 'data'), request(['data'], taken), means({ overlays: no, copies: false })),
  ).toThrow(expect.objectContaining({ code: 'data-copy-unsupported' }))
  const stacks = { data: { layers: [layer('base'), layer('top', 'data')], mount: 'overlay' } }
  const found = facts({ stacks }, 'base=data', 'top=data', 'overlay=data')
  expect(() => planData(found, request(['data'], taken), means({ overlays: no }))).toThrow(
    expect.objectContaining({ code: 'data-not-shown', why: expect.stringContaining('It is old.') }),
  )
})

test('what is made is newer than all that is there; newer volumes that no record knows show that it is an older one', () => {
  const taken: DataChange = { kind: 'take', name: 'one', origin: 'taken', version: V1 }
  const plan = planData(facts({ generation: 3 }, 'data'), request(['data'], taken), means())
  expect([plan.generation, plan.next.generation]).toEqual([4, 4])
  const labels = (generation?: number) => ({
    [LABEL.part]: 'data',
    [LABEL.layers]: JSON.stringify({ layers: [layer('data')], at: NOW, ...(generation && { generation }) }),
  })
  const with_ = (state: Partial<DataState>, mount: Record<string, string>): DataFacts => ({
    state: { ...NO_RECORD, ...state },
    here: new Map([
      ['data', {}],
      ['mount', mount],
    ]),
  })
  expect(newerThanRecord(with_({ generation: 3 }, labels(4)))).toBe('mount')
  expect(newerThanRecord(with_({ generation: 3, unneeded: ['mount'] }, labels(4)))).toBeUndefined()
  expect(newerThanRecord(with_({ generation: 4 }, labels(4)))).toBeUndefined()
  // What an older Pristine made carries none.
  expect(newerThanRecord(with_({}, labels()))).toBeUndefined()
  expect(planData(with_({ generation: 3 }, labels(9)), request(['data'], taken), means()).generation).toBe(10)
})

test('data that was removed from the engine begins anew, under a name that no snapshot has', () => {
  const stacks = {
    a: { layers: [layer('a'), layer('n9', 'data')], mount: 'm9' },
    b: { layers: [layer('b')], mount: 'b' },
  }
  const plan = planData(
    facts({ stacks, snapshots: [snapshot('s', ['a'])] }, 'm9=a', 'c'),
    request(['a', 'b', 'c']),
    means(),
  )
  expect(plan.gone).toEqual(['a', 'b'])
  expect(plan.makings.map(({ make }) => make)).toEqual([
    { kind: 'empty', volume: 'n1' },
    { kind: 'single', volume: 'b' },
  ])
  expect(plan.next.unneeded).toEqual(['m9'])
  expect(plan.next.snapshots).toHaveLength(1)
})

test('whether the engine mounts overlays is only asked where that decides something', () => {
  const open = { data: { layers: [layer('data')], mount: null } }
  expect(needsOverlays(facts({}, 'data'), request(['data']))).toBe(false)
  expect(needsOverlays(facts({}), request(['data'], GUARD))).toBe(false)
  expect(needsOverlays(facts({}, 'data'), request(['data'], GUARD))).toBe(true)
  expect(needsOverlays(facts({ stacks: open }, 'data'), request(['data']))).toBe(true)
  const emptied: DataChange = { kind: 'restore', snapshot: null, version: V1 }
  expect(needsOverlays(facts({}, 'data'), request(['data'], emptied))).toBe(false)
  const seeded = { ...request(['data'], emptied), seed: { sha256: 'a'.repeat(64), version: V1 } }
  expect(needsOverlays(facts({}, 'data'), seeded)).toBe(true)
})

test('the capture of the time of a version is one with all of its volumes', () => {
  const state = {
    ...NO_RECORD,
    snapshots: [
      snapshot('whole', ['a', 'b']),
      snapshot('part', ['a']),
      snapshot('other', ['a', 'b'], { version: V2 }),
    ],
  }
  expect(newestOfVersion(state, (id) => id === V1, ['a', 'b'])?.name).toBe('whole')
  expect(newestOfVersion(state, (id) => id === V1, ['a'])?.name).toBe('part')
  expect(newestOfVersion(state, (id) => id === V1, ['c'])).toBeUndefined()
})
