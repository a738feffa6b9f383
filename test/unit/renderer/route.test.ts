import { expect, test } from 'vitest'
import { hrefOf, type Route, readRoute } from '../../../renderer/route.ts'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'

const project = 'shop-0a1b2c3d' as ProjectKey
const operation = '20261123t101500123-0a1b2c' as OperationId

test.each<Route>([
  { screen: 'home' },
  { screen: 'environment', project, tab: 'versions' },
  { screen: 'environment', project, tab: 'files', file: { path: '/etc/a b/50%#ü' } },
  { screen: 'environment', project, tab: 'files', file: { path: '/etc', service: 'db' } },
  { screen: 'activity' },
  { screen: 'build', project, operation },
  { screen: 'cleanup' },
  { screen: 'settings' },
  { screen: 'engine' },
])('an address leads back to where it was made: $screen', (route) => {
  expect(readRoute(hrefOf(route))).toEqual(route)
})

test.each([
  ['', { screen: 'home' }],
  ['#/nothing', { screen: 'home' }],
  ['#token=abc', { screen: 'home' }],
  ['#/projects/../etc/overview', { screen: 'home' }],
  [`#/projects/${project}`, { screen: 'environment', project, tab: 'overview' }],
  [`#/projects/${project}/files/%zz`, { screen: 'environment', project, tab: 'files' }],
  ['#/activity/shop/1', { screen: 'activity' }],
])('what names no place is the nearest one: %s', (hash, route) => {
  expect(readRoute(hash)).toEqual(route)
})
