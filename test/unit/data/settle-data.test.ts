import { expect, test } from 'vitest'
import { findSnapshot, withUnknown } from '../../../main/data/volume-layers/change-snapshots.ts'
import type { DataState } from '../../../main/data/volume-layers/data-record.ts'
import { NO_RECORD, stackOf } from '../../../main/data/volume-layers/layered-volumes.ts'
import { outcomeOf } from '../../../main/data/volume-layers/settle-data.ts'

const NOW = '2026-01-01T00:00:00.000Z'

test('a change counts if a current container carries it, or the ledger has it; only a whole ledger denies it', () => {
  const change = { id: 'd1', inLedger: true }
  const nobody = { carried: [undefined, 'd0'], ledger: ['d0'], ledgerIsWhole: true }
  expect(outcomeOf(change, { ...nobody, carried: ['d1'] })).toBe('counts')
  // Its container was removed since.
  expect(outcomeOf(change, { ...nobody, carried: [], ledger: ['d1'] })).toBe('counts')
  expect(outcomeOf(change, nobody)).toBe('failed')
  expect(outcomeOf(change, { ...nobody, ledgerIsWhole: false })).toBe('unknown')
  // An older Pristine did not write it into the ledger.
  expect(outcomeOf({ id: 'd1' }, nobody)).toBe('unknown')
  expect(outcomeOf({ id: 'd1' }, { ...nobody, carried: ['d1'] })).toBe('counts')
})

test('what an unknown change wrote becomes a snapshot that stays, and the data is that of before', () => {
  const base = { volume: 'data', path: '' as const }
  const top = { volume: 'n1', path: 'data' as const }
  const before: DataState = { ...NO_RECORD, stacks: { data: { layers: [base], mount: 'data' } } }
  const next: DataState = {
    ...NO_RECORD,
    stacks: { data: { layers: [base, top], mount: 'n2' }, other: stackOf(NO_RECORD, 'other') },
  }
  const kept = withUnknown(before, { next, made: ['n1', 'n2'] }, NOW)
  expect(kept?.stacks).toEqual(before.stacks)
  expect(kept && findSnapshot(kept, 'unrecorded')).toMatchObject({
    origin: 'taken',
    volumes: { data: [base, top] },
  })
  // It died before anything was made.
  expect(withUnknown(before, { next, made: [] }, NOW)).toBeUndefined()
})
