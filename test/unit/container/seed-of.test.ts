import { expect, test } from 'vitest'
import { seedOf } from '../../../main/container/launch/seed-of.ts'

const parts = (mounts: object[]) => ({
  service: 'x',
  image: { Config: {} },
  run: { mounts },
  project: { key: 'a' },
})
const VOLUME = { kind: 'volume', source: 'data', target: '/data', readOnly: false }
const service = (name: string, request: Record<string, string>, mounts: object[] = []) => ({
  service: name,
  request,
  parts: parts(mounts),
  others: [],
})
const launch = (db: Record<string, string>, cache: Record<string, string> = {}, sha256 = 'a'): never =>
  ({
    ...service('web', { 'Env A': '1', Image: '1' }),
    seed: { command: [], sha256 },
    others: [service('db', db, [VOLUME]), service('cache', cache)],
  }) as never

test('what a seed makes depends on how the services with data are set, and on nothing else of them', () => {
  const first = seedOf(launch({ 'Env DB': '1', Image: '1' }))
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(seedOf(launch({ 'Env DB': '1', Image: '2', Memory: '3' }))).toBe(first)
  expect(seedOf(launch({ 'Env DB': '1' }, { 'Env OTHER': '1' }))).toBe(first)
  expect(seedOf(launch({ 'Env DB': '2' }))).not.toBe(first)
  expect(seedOf(launch({ 'Env DB': '1', Cmd: '1' }))).not.toBe(first)
  expect(seedOf(launch({ 'Env DB': '1' }, {}, 'b'))).not.toBe(first)
})
