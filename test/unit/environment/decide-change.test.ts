import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { IDLE_ENTRYPOINT, isIdle } from '../../../main/container/launch/idle-entrypoint.ts'
import { requestHashes } from '../../../main/container/launch/request-hashes.ts'
import type { EnvironmentFacts } from '../../../main/container/read-environment.ts'
import { decideChange } from '../../../main/environment/decide-change.ts'
import type { Project } from '../../../main/store/open-project.ts'
import { canonical } from '../../../shared/canonical.ts'
import type { RunConfig } from '../../../shared/definition.ts'
import type { EnvironmentState } from '../../../shared/environment.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { environmentContainer } from '../container/environment-container.ts'

const [A, B] = ['a'.repeat(64) as VersionId, 'b'.repeat(64) as VersionId]
const request = { Image: '1', Init: '2' }

function facts(state: EnvironmentState, version: VersionId = A, hashes: object = request): EnvironmentFacts {
  const container = {
    id: 'c1',
    name: 'pristine-shop',
    service: 'app',
    version,
    image: 'sha256:1',
    request: canonical(hashes),
    running: state !== 'stopped',
    metadata: undefined,
    home: undefined,
    path: undefined,
    paused: state === 'paused',
    unhealthy: state === 'unhealthy',
    mounts: [],
    volumes: [],
    ports: [],
  }
  return { state, version, containers: state === 'absent' ? [] : [container], leftovers: [] }
}
const decide = (now: EnvironmentFacts, wanted: Record<string, string> | undefined = request) =>
  decideChange(now, { version: A, request: wanted })

test('nothing is done when the wanted version runs', () => {
  expect(decide(facts('ready'))).toEqual({ kind: 'none' })
  expect(decide(facts('unhealthy'))).toEqual({ kind: 'none' })
  expect(decide(facts('paused'))).toEqual({ kind: 'start' })
  expect(decide({ ...facts('starting'), checking: true })).toEqual({ kind: 'none' })
})

test('a version without an image is built, whatever runs', () => {
  expect(decideChange(facts('ready'), { version: A, request: undefined })).toEqual({ kind: 'build' })
  expect(decideChange(facts('absent'), { version: A, request: undefined })).toEqual({ kind: 'build' })
})

test('the right container that is stopped is started', () => {
  expect(decide(facts('stopped'))).toEqual({ kind: 'start' })
})

test('a container of another version is replaced, running or not', () => {
  expect(decide(facts('ready', B))).toEqual({ kind: 'recreate', request: [] })
  expect(decide(facts('stopped', B))).toEqual({ kind: 'recreate', request: [] })
})

test('a missing container, and one that never became ready, is made anew', () => {
  expect(decide(facts('absent'))).toEqual({ kind: 'recreate', request: [] })
  expect(decide(facts('starting'))).toEqual({ kind: 'recreate', request: [] })
  // One that was ready, and was started again by somebody else, lacks only its start hooks.
  expect(decide({ ...facts('starting'), restarted: true })).toEqual({ kind: 'start' })
})

test('a container that was created from another request is replaced, and the part is named', () => {
  const old = { ...request, 'Env TOKEN': 'x' }
  expect(decide(facts('ready', A, old), { ...request, 'Env TOKEN': 'y' })).toEqual({
    kind: 'recreate',
    request: [{ kind: 'computer', input: 'containerEnv.TOKEN on this computer', from: 'x', to: 'y' }],
  })
})

test('a container that has mounted another folder than the one at that path is replaced, and the folder is named', () => {
  expect(decide({ ...facts('ready'), replacedFolder: '/shop' })).toMatchObject({
    kind: 'recreate',
    request: [{ kind: 'computer', input: 'the folder /shop on this computer' }],
  })
})

test('a container that has mounted another file than the one at that path is replaced, and the file is named', () => {
  expect(decide({ ...facts('ready'), replacedFile: '/shop/nginx.conf' })).toMatchObject({
    kind: 'recreate',
    request: [{ kind: 'computer', input: 'the file /shop/nginx.conf on this computer' }],
  })
})

test('a service whose container somebody removed is the reason to replace the set, unless it had completed', () => {
  const member = (service: string) =>
    environmentContainer(service, {
      ...{ service, set: 'set', entry: 'web', isEntry: service === 'web', request: canonical(request) },
    })
  const set = (services: string[], pruned?: string[]): EnvironmentFacts => ({
    ...{ state: 'ready', version: A, containers: services.map(member), leftovers: [] },
    ...(pruned && { pruned }),
  })
  const others = new Map(['db', 'job'].map((name) => [name, request]))
  const change = (now: EnvironmentFacts) => decideChange(now, { version: A, request, others })
  expect(change(set(['web', 'db', 'job']))).toEqual({ kind: 'none' })
  expect(change(set(['web', 'db'], ['job']))).toEqual({ kind: 'none' })
  const gone = { from: 'there', to: 'removed', kind: 'computer' }
  expect(change(set(['web', 'job']))).toEqual({
    ...{ kind: 'recreate', request: [{ input: 'the container of db', ...gone }] },
  })
  expect(change(set(['db'], ['job']))).toEqual({
    ...{ kind: 'recreate', request: [{ input: 'the container of web', ...gone }] },
  })
  expect(change(set(['web', 'db', 'job', 'more']))).toEqual({ kind: 'recreate', request: [] })
})

test('a container whose label is garbage is replaced', () => {
  const now = facts('ready')
  const [container] = now.containers
  if (container) container.request = 'garbage'
  expect(decide(now).kind).toBe('recreate')
})

test('what keeps a container alive may change without a reason to replace the ones that run', () => {
  const earlier = ['/bin/sh', '-c', 'trap "exit 0" TERM INT; while :; do sleep 86400 & wait $!; done']
  expect(isIdle({ Entrypoint: earlier })).toBe(true)
  expect(isIdle({ Entrypoint: IDLE_ENTRYPOINT })).toBe(true)
  expect(isIdle({ Entrypoint: ['/bin/sh'] })).toBe(false)
  const run = {
    containerEnv: {},
    mounts: [],
    volumes: [],
    ports: [],
    options: {},
    overrideCommand: true,
  } as unknown as RunConfig
  const project = { key: 'shop-1', path: '/shop' } as Project
  const parts = { project, version: A, service: 'app', image: { Id: '1', Config: {} }, run }
  const hash = createHash('sha256').update(canonical(earlier)).digest('hex').slice(0, 12)
  expect(requestHashes(parts)['Entrypoint']).toBe(hash)
})
