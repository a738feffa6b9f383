import { expect, test } from 'vitest'
import { type EnvironmentContainer, environmentFacts } from '../../../main/environment/read.ts'
import type { VersionId } from '../../../shared/ids.ts'

const version = 'a'.repeat(64) as VersionId
const container = (id: string, more: Partial<EnvironmentContainer> = {}): EnvironmentContainer => ({
  id,
  name: id,
  service: 'app',
  version,
  image: 'sha256:1',
  request: undefined,
  home: undefined,
  running: true,
  paused: false,
  unhealthy: false,
  mounts: [],
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
