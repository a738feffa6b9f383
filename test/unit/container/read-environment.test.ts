import { expect, test } from 'vitest'
import {
  asInspected,
  type EnvironmentContainer,
  toContainer,
} from '../../../main/container/environment-container.ts'
import { environmentFacts } from '../../../main/container/read-environment.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { environmentContainer } from './environment-container.ts'

const version = 'a'.repeat(64) as VersionId
const history = (...containers: string[]) => ({ versions: [], containers })

test('nothing there is absent', () => {
  expect(environmentFacts([], history('gone'))).toEqual({ state: 'absent', containers: [], leftovers: [] })
})

test('the container that the history names is current, every other one is left over', () => {
  const [mine, other] = [environmentContainer('mine'), environmentContainer('other')]
  expect(environmentFacts([other, mine], history('mine'))).toMatchObject({
    state: 'ready',
    version,
    containers: [mine],
    leftovers: [other],
  })
})

test('the current one may be stopped, paused or unhealthy', () => {
  expect(environmentFacts([environmentContainer('mine', { running: false })], history('mine')).state).toBe(
    'stopped',
  )
  expect(environmentFacts([environmentContainer('mine', { paused: true })], history('mine')).state).toBe(
    'paused',
  )
  expect(environmentFacts([environmentContainer('mine', { unhealthy: true })], history('mine')).state).toBe(
    'unhealthy',
  )
})

test('without a history the newest that runs serves, and counts as starting', () => {
  const [newest, running] = [
    environmentContainer('newest', { running: false }),
    environmentContainer('running'),
  ]
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
    environmentFacts([environmentContainer(id, { startedAt, ...more })], history(id), start).replacedFolder
  expect(replaced({})).toBe('/shop')
  expect(replaced({ startedAt: '2026-01-02T05:04:05.678901234+02:00' })).toBe('/shop')
  expect(replaced({ startedAt: '2026-01-02T03:04:06.678901234Z' })).toBeUndefined()
  expect(replaced({ running: false })).toBeUndefined()
  expect(replaced({}, 'other')).toBeUndefined()
})

test('a check that Pristine saw pass is one that passed, until the container is started again', () => {
  const startedAt = '2026-01-02T03:04:05.678901234Z'
  const start = { container: 'mine', startedAt, hasHooks: false }
  const healthOf = (more: Partial<EnvironmentContainer>, last?: typeof start) =>
    environmentFacts([environmentContainer('mine', { health: 'starting', ...more })], history('mine'), last)
      .containers[0]?.health
  expect(healthOf({ startedAt }, start)).toBe('healthy')
  expect(healthOf({ startedAt: '2026-01-02T03:04:06.678901234Z' }, start)).toBe('starting')
  expect(healthOf({ startedAt, health: 'unhealthy', unhealthy: true }, start)).toBe('unhealthy')
  expect(healthOf({ startedAt })).toBe('starting')
  expect(healthOf({}, start)).toBe('starting')
})

test('a service that somebody started again is starting until its check has passed', () => {
  const startedAt = '2026-01-02T03:04:05.678901234Z'
  const stands = (ready?: Record<string, string>) => {
    const db = { set: 'set', service: 'db', health: 'starting', startedAt } as const
    const set = [
      environmentContainer('web', { set: 'set', service: 'web', isEntry: true, startedAt }),
      environmentContainer('db', db),
    ]
    const start = { container: 'web', startedAt, hasHooks: true, ...(ready && { ready }) }
    const { state, checking, containers } = environmentFacts(set, history('web', 'db'), start)
    return { state, checking, health: containers[1]?.health }
  }
  expect(stands({ db: startedAt })).toEqual({ state: 'ready', checking: undefined, health: 'healthy' })
  const starting = { state: 'starting', checking: true, health: 'starting' }
  expect(stands({ db: '2026-01-02T03:04:04.678901234Z' })).toEqual(starting)
  expect(stands()).toEqual(starting)
})

test('a container that was started again without its start hooks is starting', () => {
  const startedAt = '2026-01-02T03:04:05.678901234Z'
  const start = { container: 'mine', startedAt, hasHooks: true }
  const stands = (more: Partial<EnvironmentContainer>, last = start) => {
    const { state, restarted } = environmentFacts([environmentContainer('mine', more)], history('mine'), last)
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
  const [listed, stopped] = [environmentContainer('mine'), environmentContainer('mine', { running: false })]
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
  const [open, closed] = [environmentContainer('mine', { ports: [published] }), state({ Running: false })]
  expect(asInspected(open, state({}))).toMatchObject({ ports: [published] })
  expect(asInspected(open, closed)).toMatchObject({ ports: [] })
  const sick = { Health: { Status: 'unhealthy', FailingStreak: 3, Log: [] } }
  expect(asInspected(listed, state(sick))).toMatchObject({ unhealthy: true })
  expect(asInspected(listed, state({ ...sick, Running: false }))).toMatchObject({ unhealthy: false })
  expect(asInspected(listed, undefined)).toBeUndefined()

  const ended = { Running: false, ExitCode: 128 }
  expect(asInspected(listed, state(ended))).toMatchObject({ exitCode: 128 })
  // What the engine refused to start did not end.
  const refused = { ...ended, Error: 'port is already allocated' }
  expect(asInspected(listed, state(refused))).not.toHaveProperty('exitCode')
})

test('how a program ended, and whether it was meant to go on, is in what the engine says of its container', () => {
  const ended = { Running: false, Paused: false, ExitCode: 0, Status: 'exited' }
  const inspected = (state: object, policy = 'no') =>
    asInspected(environmentContainer('mine'), {
      State: { ...ended, ...state },
      HostConfig: { RestartPolicy: { Name: policy } },
    } as Parameters<typeof asInspected>[1])
  expect(inspected({})).not.toHaveProperty('isServer')
  expect(inspected({}, 'on-failure')).not.toHaveProperty('isServer')
  expect(inspected({}, 'unless-stopped')).toMatchObject({ exitCode: 0, isServer: true })
  const checks = (...codes: number[]) => ({
    Health: { Status: 'unhealthy', FailingStreak: 0, Log: codes.map((ExitCode) => ({ ExitCode })) },
  })
  expect(inspected(checks(1, 0))).toMatchObject({ isServer: true })
  // A job may have inherited the check of its image.
  expect(inspected(checks(1, 1))).not.toHaveProperty('isServer')
  expect(inspected({ Status: 'created' })).toMatchObject({ stage: 'created' })
  expect(inspected({ Running: true, Status: 'restarting' })).toMatchObject({ stage: 'restarting' })
  expect(inspected({ Running: true, Status: 'running', ...checks(0) })).toMatchObject({ health: 'unhealthy' })
})

test('a container that shares the network of one that was started after it is detached', () => {
  const [early, late] = ['2026-01-02T03:04:05.1Z', '2026-01-02T03:04:06.2Z']
  const detached = (db: object, web: object) => {
    const one = (id: string, more: object) => environmentContainer(id, { set: 'set', service: id, ...more })
    const facts = environmentFacts(
      [one('db', db), one('web', { isEntry: true, ...web })],
      history('web', 'db'),
    )
    return facts.containers[0]?.detached === true && facts.state === 'unhealthy'
  }
  expect(detached({ startedAt: late }, { startedAt: early, joins: ['db'] })).toBe(true)
  expect(detached({ startedAt: early }, { startedAt: late, joins: ['db'] })).toBe(false)
  expect(detached({ startedAt: late }, { startedAt: early })).toBe(false)
  expect(detached({}, { joins: ['db'] })).toBe(false)
  const inspected = asInspected(environmentContainer('web'), {
    State: { Running: true, Paused: false },
    HostConfig: { NetworkMode: 'container:db', PidMode: 'container:api', IpcMode: 'private' },
  } as Parameters<typeof asInspected>[1])
  expect(inspected).toMatchObject({ joins: ['db', 'api'] })
})

test('the list has the health of a container in its text', () => {
  const listed = (Status: string, State = 'running') =>
    toContainer({
      ...{ Id: 'mine', Names: ['/mine'], ImageID: 'sha256:1', Labels: {}, Ports: [], Mounts: [] },
      ...{ State, Status },
    } as unknown as Parameters<typeof toContainer>[0])
  expect(listed('Up 2 seconds (health: starting)')).toMatchObject({ health: 'starting', unhealthy: false })
  expect(listed('Up 2 minutes (healthy)')).toMatchObject({ health: 'healthy' })
  expect(listed('Up 2 minutes (unhealthy)')).toMatchObject({ health: 'unhealthy', unhealthy: true })
  expect(listed('Up 2 minutes')).not.toHaveProperty('health')
  expect(listed('Restarting (1) 2 seconds ago', 'restarting')).toMatchObject({
    running: true,
    stage: 'restarting',
  })
})
