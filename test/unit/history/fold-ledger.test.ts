import fc from 'fast-check'
import { expect, test } from 'vitest'
import { builtEvent } from '../../../main/history/built-event.ts'
import {
  countedDataChanges,
  findVersion,
  foldLedger,
  idToday,
  lastUpdateOfIds,
} from '../../../main/history/fold-ledger.ts'
import type { LedgerEvent } from '../../../main/history/ledger.ts'
import type { VersionId } from '../../../shared/ids.ts'

const at = '2026-01-01T00:00:00.000Z'
const id = (digit: string) => digit.repeat(64) as VersionId
const [A, B, C] = [id('a'), id('b'), id('c')]
const built = (version: VersionId, ordinal: number): LedgerEvent => ({
  kind: 'built',
  at,
  version,
  ordinal,
  image: `sha256:${version}`,
  because: [],
})
const ready = (version: VersionId, container = 'c1') => ({
  kind: 'ready' as const,
  at,
  version,
  containers: [container],
})
const failed = (version: VersionId): LedgerEvent => ({
  kind: 'failed',
  at,
  version,
  code: 'hook-failed',
  message: '',
})
const marked = (version: VersionId): LedgerEvent => ({ kind: 'marked', at, version })
const unmarked: LedgerEvent = { kind: 'unmarked', at }
const removed: LedgerEvent = { kind: 'removed', at }

test('an empty ledger is a history without versions', () => {
  expect(foldLedger([])).toEqual({ versions: [], containers: [] })
})

test('known-good follows each version that becomes ready for the first time', () => {
  const history = foldLedger([built(A, 1), ready(A), built(B, 2), ready(B)])
  expect(history.knownGood).toBe(B)
  expect(history.current).toBe(B)
})

test('a version that never became ready is not known-good', () => {
  const history = foldLedger([built(A, 1), ready(A), built(B, 2), failed(B)])
  expect(history.knownGood).toBe(A)
  expect(history.current).toBe(A)
})

test('a change of the data counts when an environment with it was ready, also after that was removed', () => {
  expect(countedDataChanges([built(A, 1), ready(A), { ...ready(A), data: 'd1' }, removed])).toEqual(['d1'])
})

test('going back to an older version does not move known-good', () => {
  const history = foldLedger([built(A, 1), ready(A), built(B, 2), ready(B), ready(A)])
  expect(history.current).toBe(A)
  expect(history.knownGood).toBe(B)
})

test('a version is had since it first became ready, also after a return to it', () => {
  const on = (day: number) => ({ at: `2026-11-0${day}T00:00:00.000Z` })
  const history = foldLedger([
    { ...built(A, 1), ...on(1) },
    { ...ready(A), ...on(2) },
    { ...built(B, 2), ...on(3) },
    { ...ready(B), ...on(5) },
    { ...built(A, 1), ...on(6) },
    { ...ready(A), ...on(7) },
  ])
  expect(history.versions).toMatchObject([
    { id: A, firstReadyAt: on(2).at },
    { id: B, createdAt: on(3).at, firstReadyAt: on(5).at },
  ])
  const lost = foldLedger([recovered(undefined, [A, 1]), ready(A)])
  expect(lost.versions[0]).toMatchObject({ id: A, wasReady: true })
  expect(lost.versions[0]).not.toHaveProperty('firstReadyAt')
})

test('a reset names the other version that was left for it, until another one is made ready', () => {
  const reset = (version: VersionId): LedgerEvent[] => [ready(version), { kind: 'reset', at, version }]
  const two = [built(A, 1), ready(A), built(B, 2), ready(B)]
  const back = [...two, ...reset(A)]
  expect(foldLedger(back)).toMatchObject({ chosen: A, left: B })
  expect(foldLedger([...back, ...reset(A)])).toMatchObject({ chosen: A, left: B })
  expect(foldLedger([...two, ...reset(B)])).not.toHaveProperty('left')
  expect(foldLedger([...back, ready(B)])).not.toHaveProperty('left')
  expect(foldLedger([...back, removed])).not.toHaveProperty('left')
  expect(foldLedger([...back, removed, ...reset(A)])).not.toHaveProperty('left')
})

test('a mark stays through new versions, and unmarking gives known-good to the newest that was ready', () => {
  const marks = [built(A, 1), ready(A), built(B, 2), ready(B), marked(A), built(C, 3), ready(C)]
  expect(foldLedger(marks)).toMatchObject({ knownGood: A, marked: A })
  const after = foldLedger([...marks, unmarked])
  expect(after.knownGood).toBe(C)
  expect(after.marked).toBeUndefined()
})

test('a version is one with a layer as its plan has it, and stays one', () => {
  const record = { version: B, ordinal: 2, image: 'sha256:b', because: [] }
  expect(builtEvent(record, {})).toEqual({ kind: 'built', ...record })
  const layered = builtEvent(record, { layer: { shared: A } })
  expect(layered).toEqual({ kind: 'built', ...record, layerOn: A })
  // What its hooks make may be added later, by a Pristine that did not record it again.
  const history = foldLedger([built(A, 1), { ...layered, at }, built(B, 2)])
  expect(history.versions).toMatchObject([{ id: A }, { id: B, image: `sha256:${B}`, layerOn: A }])
  expect(history.versions[0]).not.toHaveProperty('layerOn')
  const versions = [{ version: B, ordinal: 2, image: 'sha256:b', createdAt: at, layerOn: A }]
  expect(foldLedger([{ kind: 'recovered', at, versions }]).versions).toMatchObject([{ id: B, layerOn: A }])
})

const recovered = (knownGood: VersionId | undefined, ...found: [VersionId, number][]): LedgerEvent => ({
  kind: 'recovered',
  at,
  versions: found.map(([version, ordinal]) => ({
    version,
    ordinal,
    image: `sha256:${version}`,
    createdAt: at,
  })),
  ...(knownGood && { knownGood }),
})

test('a history that is recovered whole has the versions and the known-good of the engine, and goes on from there', () => {
  const events = [recovered(B, [A, 1], [B, 2], [C, 3])]
  const history = foldLedger(events)
  expect(history).toMatchObject({
    knownGood: B,
    versions: [{ id: A, wasReady: null }, { id: B, wasReady: true }, { id: C }],
  })
  expect(history.current).toBeUndefined()
  const D = id('d')
  expect(foldLedger([...events, built(D, 4), ready(D)]).knownGood).toBe(D)
  // Whether these were ready before, nobody knows.
  expect(foldLedger([...events, ready(A), ready(C)]).knownGood).toBe(B)
  expect(foldLedger([recovered(undefined, [A, 1]), ready(A)]).knownGood).toBe(A)
})

test('what the engine reports fills the gaps of a history, and what the history knows stays', () => {
  const history = foldLedger([built(A, 1), ready(A), ready(B, 'c2'), recovered(B, [A, 7], [B, 2])])
  expect(history).toMatchObject({
    current: B,
    containers: ['c2'],
    knownGood: B,
    versions: [
      { id: A, ordinal: 1, wasReady: true },
      { id: B, ordinal: 2, wasReady: true },
    ],
  })
})

test('a mark is where the engine has it, when its line was lost', () => {
  const events = [built(A, 1), ready(A), built(B, 2), ready(B), recovered(A)]
  expect(foldLedger(events)).toMatchObject({ knownGood: A, current: B })
  expect(foldLedger([...events.slice(0, 4), marked(A), recovered(A)])).toMatchObject({
    knownGood: A,
    marked: A,
  })
})

const adopted = (version: VersionId, from: VersionId): LedgerEvent => ({ kind: 'adopted', at, version, from })

test('a version that is adopted keeps what it is under its new id, and is found by both', () => {
  const history = foldLedger([built(A, 1), ready(A), marked(A), built(B, 2), ready(B), adopted(C, A)])
  expect(history).toMatchObject({ current: B, marked: C, knownGood: C, proven: B })
  expect(history.versions).toMatchObject([
    { id: C, ordinal: 1, wasReady: true, image: `sha256:${A}`, formerIds: [A] },
    { id: B, ordinal: 2 },
  ])
  expect([idToday(history, A), idToday(history, B)]).toEqual([C, B])
  expect([A, C, 'aaaaaa'].map((wanted) => findVersion(history, wanted)?.id)).toEqual([C, C, C])
})

test('whatever happens to an adopted version under either id happened to one', () => {
  const history = foldLedger([built(A, 1), adopted(B, A), ready(B), built(A, 9), adopted(C, B), ready(A)])
  expect(history.versions).toMatchObject([{ id: C, ordinal: 1, wasReady: true, formerIds: [A, B] }])
  expect(history.current).toBe(C)
  expect(foldLedger([recovered(A, [A, 3]), adopted(B, A)])).toMatchObject({ knownGood: B })
  // Of a damaged ledger nothing is expected but an end.
  expect(foldLedger([built(A, 1), adopted(B, A), adopted(A, B)]).versions).toHaveLength(1)
})

test('which services had completed is known of the environment that became ready last', () => {
  const set = (version: VersionId, containers: string[], completed?: string[]): LedgerEvent => ({
    ...{ kind: 'ready', at, version, containers },
    ...(completed && { completed }),
  })
  const two = [built(A, 1), set(A, ['a1', 'a2'], ['job']), built(B, 2), set(B, ['b1', 'b2'], ['job', 'seed'])]
  expect(foldLedger(two).completed).toEqual(['job', 'seed'])
  expect(foldLedger([...two, set(A, ['a3', 'a4'])])).not.toHaveProperty('completed')
  expect(foldLedger([...two, removed])).not.toHaveProperty('completed')
})

test('a reset goes on counting while the same version becomes ready again, in the same or in new containers', () => {
  const set = (version: VersionId, containers: string[]): LedgerEvent => ({
    ...{ kind: 'ready', at, version, containers, completed: [] },
  })
  const two = [built(A, 1), set(A, ['a1', 'a2']), built(B, 2), set(B, ['b1', 'b2'])]
  const back = [...two, set(A, ['a3', 'a4']), { kind: 'reset', at, version: A } as const]
  for (const containers of [
    ['a3', 'a4'],
    ['a5', 'a6'],
  ])
    expect(foldLedger([...back, set(A, containers)])).toMatchObject({ chosen: A, left: B, containers })
  expect(foldLedger([...back, set(A, ['a5', 'a6']), set(B, ['b3', 'b4'])])).not.toHaveProperty('chosen')
})

test('removing the environment leaves the versions and known-good', () => {
  const history = foldLedger([built(A, 1), ready(A), removed])
  expect(history.current).toBeUndefined()
  expect(history.containers).toEqual([])
  expect(history.knownGood).toBe(A)
})

test('removing the versions leaves none that is known-good, marked or not, until one becomes ready again', () => {
  const released: LedgerEvent = { kind: 'released', at }
  const before = [built(A, 1), ready(A), built(B, 2), ready(B), marked(A), removed, released]
  const history = foldLedger(before)
  expect(history.versions.map(({ ordinal }) => ordinal)).toEqual([1, 2])
  expect([history.knownGood, history.marked, history.proven]).toEqual([undefined, undefined, undefined])
  expect(foldLedger([...before, ready(A)])).toMatchObject({ knownGood: A, proven: A, current: A })
  expect(foldLedger([...before, ready(A), ready(B)])).toMatchObject({ knownGood: A })
  expect(foldLedger([...before, built(C, 3), ready(C)])).toMatchObject({ knownGood: C })
})

test('a version that is built again keeps its ordinal, its reason and its age', () => {
  const because = [{ input: 'x', from: null, to: 'y' }]
  const first: LedgerEvent = { kind: 'built', at, version: A, ordinal: 1, image: 'sha256:old', because }
  const again: LedgerEvent = {
    ...first,
    at: '2026-02-02T00:00:00.000Z',
    ordinal: 7,
    image: 'sha256:new',
    because: [],
  }
  expect(foldLedger([first, again]).versions).toMatchObject([
    { ordinal: 1, createdAt: at, because, image: 'sha256:new' },
  ])
})

test('a version is found by ordinal, by pointer and by the first digits of its id', () => {
  const history = foldLedger([built(A, 1), ready(A), built(B, 2), ready(B), ready(A)])
  const found = (wanted: string) => findVersion(history, wanted)?.id
  expect([found('v1'), found('2'), found('known-good'), found('current')]).toEqual([A, B, B, A])
  expect([found('bbbbbb'), found(A)]).toEqual([B, A])
  expect([found('v3'), found('bbbbb'), found('cccccc'), found(''), found('latest')]).toEqual(
    Array(5).fill(undefined),
  )
})

test('digits that are no ordinal are the start of an id', () => {
  const numeric = id('1')
  expect(findVersion(foldLedger([built(numeric, 1)]), '111111')?.id).toBe(numeric)
})

test('whatever happened, known-good was ready or was marked, and ordinals rise', () => {
  const event = fc.oneof(
    fc.nat(4).map((n) => built(id(String(n)), n + 1)),
    ...[(version: VersionId) => ready(version), marked, failed].map((make) =>
      fc.nat(4).map((n) => make(id(String(n)))),
    ),
    fc.constant(unmarked),
    fc.constant(removed),
  ) as fc.Arbitrary<LedgerEvent>
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const history = foldLedger(events)
      const ordinals = history.versions.map((version) => version.ordinal)
      expect(ordinals).toEqual([...ordinals].sort((a, b) => a - b))
      if (history.knownGood && history.knownGood !== history.marked) {
        expect(history.versions.find((version) => version.id === history.knownGood)?.wasReady).toBe(true)
      }
    }),
  )
})

test('what a version that was ready last said of the ids of its user is known, also by an id of today', () => {
  const said = (version: VersionId, updateRemoteUserUID: boolean): LedgerEvent => ({
    ...{ kind: 'ready', at, version, containers: ['c1'] },
    updateRemoteUserUID,
  })
  const ledger = [built(A, 1), said(A, true), said(A, false), built(B, 2), said(B, true), ready(A)]
  expect(lastUpdateOfIds(ledger, A)).toBe(false)
  expect(lastUpdateOfIds(ledger, B)).toBe(true)
  expect(lastUpdateOfIds([built(A, 1), ready(A)], A)).toBeUndefined()
  expect(lastUpdateOfIds([...ledger, { kind: 'adopted', at, version: C, from: A }], C)).toBe(false)
})

test('a version has the images of its further services, also when its own is made again', () => {
  const further = new Map([['db', 'sha256:1']])
  const made = { version: A, ordinal: 1, image: 'sha256:a', because: [] }
  const event = (image: string, services = further): LedgerEvent => ({
    at,
    ...builtEvent({ ...made, image }, {}, services),
  })
  expect(foldLedger([event('sha256:a')]).versions).toMatchObject([
    { image: 'sha256:a', services: { db: 'sha256:1' } },
  ])
  // What content hooks make is added to the first service's image alone.
  const again = foldLedger([event('sha256:a'), event('sha256:b', new Map())])
  expect(again.versions).toMatchObject([{ image: 'sha256:b', services: { db: 'sha256:1' } }])
  const rebuilt = foldLedger([event('sha256:a'), event('sha256:b', new Map([['db', 'sha256:2']]))])
  expect(rebuilt.versions).toMatchObject([{ services: { db: 'sha256:2' } }])
  expect(event('sha256:a', new Map())).not.toHaveProperty('services')
})
