import { expect, test } from 'vitest'
import { type Activity, activityGroups } from '../../../renderer/store/operations/activity-groups.ts'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'

const done = (name: string, minute: number, state: Activity['state'] = 'done'): Activity => ({
  id: `${name}-${minute}` as OperationId,
  project: `${name}-0a1b2c3d` as ProjectKey,
  name,
  kind: 'up',
  state,
  startedAt: new Date(Date.UTC(2026, 10, 30, 10, minute)).toISOString(),
  endedAt: state === 'running' ? null : new Date(Date.UTC(2026, 10, 30, 10, minute, 30)).toISOString(),
  plan: null,
})
const ids = (all: Activity[]) =>
  activityGroups(all).map(({ name, operations }) => [name, operations.map(({ id }) => id)])

test('what was done last comes first, in a project and among projects', () => {
  expect(ids([done('shop', 1), done('docs', 3), done('shop', 2)])).toEqual([
    ['docs', ['docs-3']],
    ['shop', ['shop-2', 'shop-1']],
  ])
})

test('a project where something runs is before all others, however long it has run', () => {
  expect(ids([done('docs', 3), done('shop', 1, 'running'), done('shop', 0)])).toEqual([
    ['shop', ['shop-1', 'shop-0']],
    ['docs', ['docs-3']],
  ])
})

test('nothing has no groups', () => {
  expect(activityGroups([])).toEqual([])
})
