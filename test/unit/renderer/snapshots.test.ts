import { expect, test } from 'vitest'
import { countText, snapshotFacts } from '../../../renderer/screens/environment/data/data-text.ts'
import { exportFile, nameProblem } from '../../../renderer/store/actions/snapshot-rules.ts'
import type { DataVolume } from '../../../shared/data.ts'
import type { Snapshot } from '../../../shared/snapshot.ts'

test('a name has to be one that the engine takes, and no other snapshot has', () => {
  expect(nameProblem('seed-2.x_y', ['seed'])).toBeUndefined()
  expect(nameProblem('seed', ['seed'])).toMatch(/already/)
  for (const name of ['', 'Seed', '-seed', 'a/b', 'a b', 'x'.repeat(64)])
    expect(nameProblem(name, [])).toMatch(/Lower-case/)
})

test('an export is proposed into the home, under a name without blanks and slashes', () => {
  expect(exportFile('shop', 'seed')).toBe('~/shop-seed.tar')
  expect(exportFile('my shop/ü', 'seed')).toBe('~/my-shop-ü-seed.tar')
})

const volume = (name: string, bytes: number | null): DataVolume => ({ name, bytes, services: [], layers: 1 })

test('volumes are summed up only where the engine says what each takes', () => {
  expect(countText([volume('data', 1_400_000_000), volume('cache', 0)])).toBe('2 volumes · 1.4 GB')
  expect(countText([volume('data', 5), volume('cache', null)])).toBe('2 volumes')
})

test('a snapshot names what deleting it frees, and its volumes where today has others', () => {
  const snapshot: Snapshot = {
    name: 'before-v3',
    takenAt: '2026-11-30T10:00:00.000Z',
    origin: 'version',
    version: null,
    size: 12_000_000,
    bytes: 0,
    volumes: ['data'],
    present: true,
  }
  const today = [volume('data', 5)]
  expect(snapshotFacts(snapshot, today)).toBe('12 MB · taken before another version started')
  expect(snapshotFacts({ ...snapshot, bytes: 3_000, size: null }, [...today, volume('cache', 0)])).toBe(
    'taken before another version started · deleting it frees 3.0 kB · volumes data',
  )
})
