import { expect, test } from 'vitest'
import { describeServices, withDrift } from '../../../main/container/describe-environment.ts'
import type { EnvironmentContainer } from '../../../main/container/environment-container.ts'
import { environmentFacts } from '../../../main/container/read-environment.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { PlanService } from '../../../shared/plan.ts'
import { isBroken } from '../../../shared/service.ts'
import { environmentContainer } from './environment-container.ts'

const version = 'a'.repeat(64) as VersionId
const member = (service: string, more: Partial<EnvironmentContainer> = {}) =>
  environmentContainer(service, { service, set: 'set', isEntry: service === 'web', ...more })
const history = (...containers: string[]) => ({ versions: [], containers })
const plan = (images: Record<string, string>) => ({
  services: Object.entries(images).map(([name, image]) => ({
    ...({} as PlanService),
    name,
    dockerfile: image === '' ? 'FROM node:24\nRUN make\n' : `FROM ${image}\n`,
  })),
})
const ended = (exitCode: number, more: Partial<EnvironmentContainer> = {}) => ({
  running: false,
  exitCode,
  ...more,
})
const stateOf = (one: Partial<EnvironmentContainer>, entry: Partial<EnvironmentContainer> = {}) => {
  const facts = environmentFacts([member('web', entry), member('db', one)], history('web', 'db'))
  const [, db] = describeServices(facts, undefined)
  return { service: db && { state: db.state, health: db.health }, whole: facts.state }
}

test('one container has no services', () => {
  expect(describeServices({ containers: [environmentContainer('mine')] }, undefined)).toEqual([])
})

test.each<[string, Partial<EnvironmentContainer>, object, string]>([
  ['runs', {}, { state: { kind: 'running' }, health: null }, 'ready'],
  ['is healthy', { health: 'healthy' }, { state: { kind: 'running' }, health: { kind: 'healthy' } }, 'ready'],
  [
    'is unhealthy',
    { health: 'unhealthy', unhealthy: true, failedChecks: 4 },
    { state: { kind: 'running' }, health: { kind: 'unhealthy', failedChecks: 4 } },
    'unhealthy',
  ],
  ['is a one-shot that ended', ended(0), { state: { kind: 'completed' }, health: null }, 'ready'],
  ['failed', ended(3), { state: { kind: 'exited', code: 3 }, health: null }, 'unhealthy'],
  [
    'was meant to go on and was stopped',
    ended(0, { isServer: true }),
    { state: { kind: 'exited', code: 0 }, health: null },
    'unhealthy',
  ],
  [
    'was never started',
    ended(0, { stage: 'created' }),
    { state: { kind: 'created' }, health: null },
    'unhealthy',
  ],
  [
    'ends again and again',
    { stage: 'restarting' },
    { state: { kind: 'restarting' }, health: null },
    'unhealthy',
  ],
  ['is paused', { paused: true }, { state: { kind: 'paused' }, health: null }, 'paused'],
])('the state of a service that %s, and of its environment', (_, one, service, whole) => {
  expect(stateOf(one)).toEqual({ service, whole })
  const facts = environmentFacts([member('web'), member('db', one)], history('web', 'db'))
  const [, db] = describeServices(facts, undefined)
  expect(db && isBroken(db)).toBe(whole === 'unhealthy')
})

test('a server that ended counts as completed only where that is recorded', () => {
  const stateWith = (completed: string[], one: Partial<EnvironmentContainer>) => {
    const known = { ...history('web', 'db'), completed }
    const facts = environmentFacts([member('web'), member('db', one)], known)
    return [describeServices(facts, undefined)[1]?.state.kind, facts.state]
  }
  expect(stateWith(['db'], ended(0))).toEqual(['completed', 'ready'])
  // A server may end with 0 as well when somebody stops it.
  expect(stateWith([], ended(0, { isServer: true }))).toEqual(['exited', 'unhealthy'])
  expect(stateWith([], ended(0))).toEqual(['completed', 'ready'])
  expect(stateWith(['db'], ended(0, { isServer: true }))).toEqual(['completed', 'ready'])
  expect(stateWith(['db'], ended(3))).toEqual(['exited', 'unhealthy'])
  expect(stateWith(['db'], {})).toEqual(['running', 'ready'])
})

test('in an environment that is stopped nothing has completed', () => {
  expect(stateOf(ended(0), ended(143))).toEqual({
    service: { state: { kind: 'exited', code: 0 }, health: null },
    whole: 'stopped',
  })
})

test('a container that somebody removed is missing, whichever it is', () => {
  const planned = plan({ web: '', db: 'postgres:15', cache: 'redis:7' })
  const facts = environmentFacts([member('db'), member('web')], history('web', 'db', 'cache'))
  expect(facts.state).toBe('unhealthy')
  expect(describeServices(facts, planned)).toMatchObject([
    { name: 'web', entry: true, image: null, version, container: { id: 'web' } },
    { name: 'cache', state: { kind: 'missing' }, container: null, version: null, image: 'redis:7' },
    { name: 'db', entry: false, image: 'postgres:15' },
  ])
  const others = environmentFacts([member('db', ended(0)), member('cache')], history('web', 'db', 'cache'))
  expect(others.state).toBe('unhealthy')
  expect(describeServices(others, planned)[0]).toMatchObject({ name: 'web', state: { kind: 'missing' } })
  const stopped = environmentFacts([member('db', ended(0))], history('web', 'db'))
  expect(stopped.state).toBe('stopped')
})

test('one that had completed needs no container', () => {
  const planned = plan({ web: '', db: 'postgres:15', job: 'busybox:1.36' })
  const known = { ...history('web', 'db', 'job'), completed: ['job'] }
  const facts = environmentFacts([member('web'), member('db')], known)
  expect(facts).toMatchObject({ state: 'ready', pruned: ['job'] })
  const shown = { name: 'job', state: { kind: 'completed' }, container: null, image: 'busybox:1.36' }
  expect(describeServices(facts, planned)[2]).toMatchObject(shown)
  expect(environmentFacts([member('web')], known).state).toBe('unhealthy')
  expect(environmentFacts([member('web'), member('job', ended(0))], known).state).toBe('unhealthy')
})

test('drift is counted by container', () => {
  const services = describeServices({ containers: [member('web'), member('db')] }, undefined)
  expect(withDrift(services, new Map([['web', 2]])).map(({ drift }) => drift)).toEqual([2, null])
  expect(withDrift(services, null).map(({ drift }) => drift)).toEqual([null, null])
})
