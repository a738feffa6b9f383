import { expect, test } from 'vitest'
import { clonedState } from '../../../main/data/volume-layers/clone-data.ts'
import { NO_RECORD } from '../../../main/data/volume-layers/layered-volumes.ts'
import { ProjectKey, VersionId } from '../../../shared/ids.ts'

const [from, to] = ['shop-01234567', 'fork-98765432'].map((key) => ProjectKey.parse(key)) as [
  ProjectKey,
  ProjectKey,
]
const version = VersionId.parse('1'.repeat(64))
const snapshot = (name: string, volume: string) => ({
  ...{ name, takenAt: '2026-01-01T00:00:00.000Z', origin: 'fork' as const, version },
  volumes: { [`pristine-${from}-db`]: [{ volume, path: '' as const }] },
})
const NOW = '2026-01-02T00:00:00.000Z'
const DB = `pristine-${to}-db`

test('a clone has the layers of the other project, under the names of its own volumes', () => {
  const seed = { ...snapshot('seed', 'b'), origin: 'seed' as const, seed: '2'.repeat(64) }
  const source = { key: from, snapshot: snapshot('for-fork', 'a'), seeds: [seed] }
  const state = clonedState({ state: NO_RECORD, here: new Map() }, to, source, NOW)
  expect(state.stacks).toEqual({ [DB]: { layers: [{ volume: 'a', path: '' }], mount: null } })
  expect(state.snapshots).toEqual([{ ...seed, volumes: { [DB]: [{ volume: 'b', path: '' }] } }])
})

test('data that is there already is captured, and volumes without a clone begin empty', () => {
  const source = { key: from, snapshot: snapshot('for-fork', 'a'), seeds: [] }
  const here = new Map([DB, `pristine-${to}-cache`].map((name) => [name, {}]))
  const state = clonedState({ state: NO_RECORD, here }, to, source, NOW)
  expect(state.snapshots).toMatchObject([{ name: 'before-fork', origin: 'reset' }])
  expect(state.stacks[`pristine-${to}-cache`]).toEqual({ layers: [], mount: null })
  expect(state.unneeded).toEqual([])
})
