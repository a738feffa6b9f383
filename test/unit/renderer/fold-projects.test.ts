import { expect, test } from 'vitest'
import { after } from '../../../renderer/store/projects/fold-projects.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { ProjectSummary } from '../../../shared/project.ts'

const summary = (name: string, change: Partial<ProjectSummary> = {}): ProjectSummary => ({
  key: `${name}-00000000` as ProjectKey,
  path: `/code/${name}`,
  name,
  branch: null,
  state: 'absent',
  version: null,
  marked: null,
  ports: [],
  services: [],
  operation: null,
  failure: null,
  needsTrust: false,
  lacksDefinition: false,
  watch: null,
  chosen: null,
  drift: null,
  failedChecks: null,
  newerPins: [],
  ...change,
})
const [a, b, c] = [summary('a'), summary('b'), summary('c')]

test('all are listed by name, whatever was known', () => {
  expect(after([c], { kind: 'all', projects: [b, a] })).toEqual([a, b])
})

test('a new one takes its place by name', () => {
  expect(after([a, c], { kind: 'changed', project: b })).toEqual([a, b, c])
})

test('one that changed stays where it is, and the others are the same objects', () => {
  const ready = summary('b', { state: 'ready' })
  const list = after([a, b, c], { kind: 'changed', project: ready })
  expect(list).toEqual([a, ready, c])
  expect(list[0]).toBe(a)
})

test('one that was removed is gone', () => {
  expect(after([a, b], { kind: 'removed', key: a.key })).toEqual([b])
  expect(after([b], { kind: 'removed', key: a.key })).toEqual([b])
})

test('numbers in names count as numbers', () => {
  const [two, ten] = [summary('api-2'), summary('api-10')]
  expect(after([], { kind: 'all', projects: [ten, two] })).toEqual([two, ten])
})
