import { expect, test } from 'vitest'
import { followRun } from '../../../renderer/store/projects/live-run.ts'
import type { OperationId } from '../../../shared/ids.ts'
import type { OperationKind } from '../../../shared/operation.ts'
import type { ProjectSummary } from '../../../shared/project.ts'

const project = (change: object): ProjectSummary =>
  ({
    state: 'ready',
    version: { ordinal: 1 },
    watch: null,
    failure: null,
    operation: null,
    ...change,
  }) as ProjectSummary
const working = (id: string, kind: OperationKind, change: object = {}) =>
  project({ operation: { id: id as OperationId, kind }, ...change })
const error = { code: 'build-failed', message: '', why: '', hint: '', data: {} }
const building = { watch: { kind: 'building', ordinal: 2, because: [] } }

test('a build and its swap are one run, which stays when it has ended', () => {
  let run = followRun(undefined, working('a', 'build', building))
  run = followRun(run, project(building))
  expect(run).toMatchObject({ from: 1, ended: false })
  run = followRun(run, working('b', 'up'))
  run = followRun(run, project({ version: { ordinal: 2 } }))
  expect(run).toEqual({
    operations: [
      { id: 'a', kind: 'build' },
      { id: 'b', kind: 'up' },
    ],
    from: 1,
    ended: true,
  })
  expect(followRun(run, working('c', 'reset', { version: { ordinal: 2 } }))).toMatchObject({
    operations: [{ id: 'c' }],
    from: 2,
  })
})

test('work that starts nothing is not shown', () => {
  expect(followRun(undefined, working('a', 'stop'))).toBeUndefined()
  expect(followRun(undefined, working('a', 'lock'))).toBeUndefined()
})

test('a failure of before is shown until it is over, and one that waits for trust is not', () => {
  const failure = { operation: 'a' as OperationId, error }
  expect(followRun(undefined, project({ failure }))).toMatchObject({ operations: [{ id: 'a' }], ended: true })
  expect(followRun(undefined, project({ failure, watch: { kind: 'following' } }))).toBeUndefined()
  const refused = { operation: 'a', error: { ...error, code: 'not-trusted' } }
  expect(followRun(undefined, project({ failure: refused }))).toBeUndefined()
})
