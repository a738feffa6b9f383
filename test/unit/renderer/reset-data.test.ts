import { expect, test } from 'vitest'
import { dataOfVersion, proposedData, resetChoices } from '../../../renderer/store/actions/reset-data.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Snapshot, SnapshotOrigin } from '../../../shared/snapshot.ts'

const [one, two] = ['1'.repeat(64), '2'.repeat(64)] as [VersionId, VersionId]
const snapshot = (name: string, origin: SnapshotOrigin, version: VersionId, present = true): Snapshot => ({
  name,
  origin,
  takenAt: '2026-11-30T10:00:00.000Z',
  version: { id: version, ordinal: 1 },
  size: null,
  bytes: null,
  volumes: ['data'],
  present,
})
const before = snapshot('before-v2', 'version', one)
const mine = snapshot('mine', 'taken', two)
const gone = snapshot('gone', 'taken', one, false)

test('data is reset to what is on the engine, and to nothing where the engine restores nothing', () => {
  expect(resetChoices({ capture: 'layers' }, [before, gone, mine])).toEqual([before, mine])
  expect(resetChoices({ capture: 'none' }, [before, mine])).toEqual([])
})

test('who goes to another version is offered the newest data of its time; who stays is not', () => {
  const older = snapshot('older', 'taken', one)
  expect(dataOfVersion([mine, before, older], one, two)).toBe(before)
  expect(dataOfVersion([mine, before], two, two)).toBeUndefined()
  expect(dataOfVersion([mine], one, two)).toBeUndefined()
})

test('a seed is proposed before a snapshot that a person took, and new data where there is neither', () => {
  const seed = snapshot('seed', 'seed', one)
  expect(proposedData([before, mine, seed], before)).toBe('before-v2')
  expect(proposedData([before, mine, seed], undefined)).toBe('seed')
  expect(proposedData([before, mine], undefined)).toBe('mine')
  expect(proposedData([before], undefined)).toBeNull()
})
