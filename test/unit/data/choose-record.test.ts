import { expect, test } from 'vitest'
import { chooseRecord } from '../../../main/data/volume-layers/choose-record.ts'
import type { DataRecord } from '../../../main/data/volume-layers/data-record.ts'

/** A record of one managed volume `data` that consists of these. */
const record = (engine: string | undefined, ...layers: string[]): DataRecord => ({
  ...{ format: 1, snapshots: [], unneeded: [], ...(engine !== undefined && { engine }) },
  stacks: {
    data: { layers: layers.map((volume) => ({ volume, path: '' as const })), mount: layers.at(-1) ?? null },
  },
})
const away = (...records: DataRecord[]) => records.map((one, at) => ({ file: `away-${at}`, record: one }))
const CURRENT = { kind: 'current' }

test('the record of an engine is used there, also where a part of its data is missing', () => {
  expect(chooseRecord(record('A', 'data', 'n1'), [], 'A', new Set(['data', 'n1']))).toEqual(CURRENT)
  expect(chooseRecord(record('A', 'data', 'n1'), [], 'A', new Set(['data']))).toEqual(CURRENT)
  expect(chooseRecord(undefined, [], 'A', new Set())).toEqual(CURRENT)
})

test('on another engine data begins anew, and coming back finds its own, whatever the other one has of the same name', () => {
  const [a, b] = [record('A', 'data', 'n1'), record('B', 'data')]
  expect(chooseRecord(a, [], 'B', new Set())).toEqual({ kind: 'new' })
  expect(chooseRecord(a, [], 'B', new Set(['data']))).toEqual({ kind: 'new' })
  expect(chooseRecord(b, away(a), 'A', new Set(['data', 'n1']))).toEqual({ kind: 'away', file: 'away-0' })
  expect(chooseRecord(undefined, away(b, a), 'A', new Set(['n1']))).toEqual({ kind: 'away', file: 'away-1' })
})

test('data that was removed from its engine is put away, too: the engine may be a copy of the one that has it', () => {
  expect(chooseRecord(record('A', 'data', 'n1'), [], 'A', new Set())).toEqual({ kind: 'new' })
  expect(chooseRecord(record('A', 'n2'), away(record('A', 'data')), 'A', new Set(['n2']))).toEqual(CURRENT)
})

test('an engine that got another id keeps its data; of a record without one any part shows it', () => {
  expect(chooseRecord(record('A', 'data', 'n1'), [], 'B', new Set(['data', 'n1']))).toEqual(CURRENT)
  expect(chooseRecord(record(undefined, 'data', 'n1'), [], 'B', new Set(['n1']))).toEqual(CURRENT)
  expect(chooseRecord(record(undefined, 'data'), [], 'B', new Set(['other']))).toEqual({ kind: 'new' })
  expect(chooseRecord(record(undefined), [], 'B', new Set())).toEqual(CURRENT)
  const found = chooseRecord(record('B', 'n3'), away(record(undefined, 'n1')), 'A', new Set(['n1']))
  expect(found).toEqual({ kind: 'away', file: 'away-0' })
})

test('of records that no id distinguishes it is the one that has the most volumes here', () => {
  const here = new Set(['data', 'n1'])
  // An older Pristine recorded no engine, and another engine has made a volume of the same name since.
  const older = record(undefined, 'data', 'n1')
  expect(chooseRecord(record('B', 'data'), away(older), 'A', here)).toEqual({ kind: 'away', file: 'away-0' })
  // The computer was renamed: both engines have other ids.
  const [a, b] = [record('A', 'data', 'n1'), record('B', 'data')]
  expect(chooseRecord(b, away(a), 'A2', here)).toEqual({ kind: 'away', file: 'away-0' })
  expect(chooseRecord(b, away(a), 'B2', new Set(['data']))).toEqual(CURRENT)
})
