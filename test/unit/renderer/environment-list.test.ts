import { expect, test } from 'vitest'
import { initialOf, listing, movedTo } from '../../../renderer/store/projects/environment-list.ts'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import { summary } from './project-summary.ts'

const named = (name: string, more = {}) =>
  summary({ name, key: `${name}-12345678` as ProjectKey, path: `/home/ann/${name}`, ...more })
const operation = 'x' as OperationId
const error = { code: 'build-failed', message: 'm', why: 'w', hint: 'h', data: {} }
const projects = [
  named('billing', { operation: { id: operation, kind: 'up', step: null, steps: { begun: 0, all: null } } }),
  named('docs', { state: 'stopped' }),
  named('gateway', { state: 'absent', version: null }),
  named('search', { failure: { operation, error } }),
  named('shop', { branch: 'tax-2027' }),
  named('web', { state: 'unhealthy' }),
]
const shown = (text: string, state?: Parameters<typeof listing>[2]['state']) =>
  listing(projects, undefined, { text, state }).shown.map(({ name }) => name)

test('what fails comes first, and the rest stays in its order', () => {
  expect(shown('')).toEqual(['search', 'web', 'billing', 'docs', 'gateway', 'shop'])
})

test('a filter shows one state, and its count does not depend on it', () => {
  expect(shown('', 'failing')).toEqual(['search', 'web'])
  expect(shown('', 'working')).toEqual(['billing'])
  expect(shown('', 'running')).toEqual(['shop'])
  expect(shown('', 'stopped')).toEqual(['docs', 'gateway'])
  const { counts, found } = listing(projects, undefined, { text: '', state: 'running' })
  expect(counts).toEqual({ failing: 2, working: 1, running: 1, stopped: 2 })
  expect(found).toBe(6)
})

test('a search finds every word in the name, the folder or the branch, before the filter', () => {
  expect(shown('ANN tax')).toEqual(['shop'])
  expect(shown('tax', 'failing')).toEqual([])
  expect(listing(projects, undefined, { text: 'tax', state: 'failing' })).toMatchObject({
    counts: { running: 1, failing: 0 },
    found: 1,
  })
})

test('while no engine answers nothing is first', () => {
  const down = { kind: 'down', error } as const
  const names = listing(projects.slice(1, 4), down, { text: '', state: undefined }).shown
  expect(names.map(({ name }) => name)).toEqual(['docs', 'gateway', 'search'])
})

test.each([
  ['ArrowDown', 1, 2],
  ['ArrowDown', 5, 5],
  ['ArrowUp', 1, 0],
  ['ArrowUp', 0, 0],
  ['Home', 4, 0],
  ['End', 1, 5],
  ['Enter', 1, undefined],
])('%s goes from row %i to %s', (key, from, to) => {
  expect(movedTo(key, from, 6)).toBe(to)
})

test('an empty list has no row to go to', () => {
  expect(movedTo('ArrowDown', 0, 0)).toBeUndefined()
})

test.each([
  ['shop', 'S'],
  ['2048', '2'],
  ['@acme/web', 'A'],
  ['émile', 'É'],
  ['متجر', 'م'],
  ['🚀', '🚀'],
  ['', ''],
])('the initial of "%s" is "%s"', (name, initial) => {
  expect(initialOf(name)).toBe(initial)
})
