import { expect, test } from 'vitest'
import {
  asInspected,
  type EnvironmentContainer,
  environmentFacts,
} from '../../../main/container/read-environment.ts'
import type { VersionId } from '../../../shared/ids.ts'

const version = 'a'.repeat(64) as VersionId
const container = (id: string, more: Partial<EnvironmentContainer> = {}): EnvironmentContainer => ({
  id,
  name: id,
  service: 'app',
  version,
  image: 'sha256:1',
  request: undefined,
  metadata: undefined,
  home: undefined,
  path: undefined,
  running: true,
  paused: false,
  unhealthy: false,
  mounts: [],
  volumes: [],
  ports: [],
  ...more,
})
const history = (...containers: string[]) => ({ versions: [], containers })

test('nothing there is absent', () => {
  expect(environmentFacts([], history('gone'))).toEqual({ state: 'absent', containers: [], leftovers: [] })
})

test('the container that the history names is current, every other one is left over', () => {
  const [mine, other] = [container('mine'), container('other')]
  expect(environmentFacts([other, mine], history('mine'))).toMatchObject({
    state: 'ready',
    version,
    containers: [mine],
    leftovers: [other],
  })
})

test('the current one may be stopped, paused or unhealthy', () => {
  expect(environmentFacts([container('mine', { running: false })], history('mine')).state).toBe('stopped')
  expect(environmentFacts([container('mine', { paused: true })], history('mine')).state).toBe('paused')
  expect(environmentFacts([container('mine', { unhealthy: true })], history('mine')).state).toBe('unhealthy')
})

test('without a history the newest that runs serves, and counts as starting', () => {
  const [newest, running] = [container('newest', { running: false }), container('running')]
  expect(environmentFacts([newest, running], history())).toMatchObject({
    state: 'starting',
    containers: [running],
    leftovers: [newest],
  })
})

test('a replaced folder counts while the container runs since it mounted the old one', () => {
  const startedAt = '2026-01-02T03:04:05.678901234Z'
  const start = { container: 'mine', startedAt, hasHooks: false, replacedFolder: '/shop' }
  const replaced = (more: Partial<EnvironmentContainer>, id = 'mine') =>
    environmentFacts([container(id, { startedAt, ...more })], history(id), start).replacedFolder
  expect(replaced({})).toBe('/shop')
  expect(replaced({ startedAt: '2026-01-02T05:04:05.678901234+02:00' })).toBe('/shop')
  expect(replaced({ startedAt: '2026-01-02T03:04:06.678901234Z' })).toBeUndefined()
  expect(replaced({ running: false })).toBeUndefined()
  expect(replaced({}, 'other')).toBeUndefined()
})

test('a container that was started again without its start hooks is starting', () => {
  const startedAt = '2026-01-02T03:04:05.678901234Z'
  const start = { container: 'mine', startedAt, hasHooks: true }
  const stands = (more: Partial<EnvironmentContainer>, last = start) => {
    const { state, restarted } = environmentFacts([container('mine', more)], history('mine'), last)
    return { state, ...(restarted && { restarted }) }
  }
  const later = { startedAt: '2026-01-02T03:04:06.678901234Z' }
  expect(stands(later)).toEqual({ state: 'starting', restarted: true })
  expect(stands({ ...later, unhealthy: true })).toEqual({ state: 'starting', restarted: true })
  expect(stands({ ...later, running: false })).toEqual({ state: 'stopped' })
  expect(stands({ ...later, paused: true })).toEqual({ state: 'paused' })
  expect(stands({ startedAt })).toEqual({ state: 'ready' })
  expect(stands({})).toEqual({ state: 'ready' })
  expect(stands(later, { ...start, startedAt: '' })).toEqual({ state: 'ready' })
  expect(stands(later, { ...start, container: 'other' })).toEqual({ state: 'ready' })
  expect(stands(later, { ...start, hasHooks: false })).toEqual({ state: 'ready' })
})

test('what a container says of itself counts more than the list, which may be late', () => {
  const state = (more: object) =>
    ({ State: { Running: true, Paused: false, ...more } }) as Parameters<typeof asInspected>[1]
  const [listed, stopped] = [container('mine'), container('mine', { running: false })]
  expect(asInspected(listed, state({ Running: false }))).toMatchObject({ running: false })
  expect(asInspected(stopped, state({}))).toMatchObject({ running: true })
  // Podman says of a paused one that it does not run.
  expect(asInspected(listed, state({ Running: false, Paused: true }))).toMatchObject({
    running: true,
    paused: true,
  })
  const published = {
    container: 80,
    host: 4568,
    address: '127.0.0.1',
    protocol: 'tcp',
    service: 'app',
  } as const
  const [open, closed] = [container('mine', { ports: [published] }), state({ Running: false })]
  expect(asInspected(open, state({}))).toMatchObject({ ports: [published] })
  expect(asInspected(open, closed)).toMatchObject({ ports: [] })
  const sick = { Health: { Status: 'unhealthy', FailingStreak: 3, Log: [] } }
  expect(asInspected(listed, state(sick))).toMatchObject({ unhealthy: true })
  expect(asInspected(listed, state({ ...sick, Running: false }))).toMatchObject({ unhealthy: false })
  expect(asInspected(listed, undefined)).toBeUndefined()
})
