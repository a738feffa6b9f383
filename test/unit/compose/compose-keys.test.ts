import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { classifyKeys } from '../../../main/definition/compose/classify-keys.ts'
import { COMPOSE_KEYS } from '../../../main/definition/compose/keys/compose-keys.ts'
import { composeReading } from '../../../main/definition/compose/read-compose.ts'
import { expectError } from '../definition/project.ts'
import { stackWith } from './key-examples.ts'
import { run } from './reading.ts'

/**
 * The keys of schema/compose-spec.json of github.com/compose-spec/compose-spec, at 170098ba07d9 of 2026-06-23: the names
 * in "properties", `*` for names of the definition's own, `[]` for items.
 */
const KEYS: string[] = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../fixtures/schema-keys.json'), 'utf8'),
)['compose-spec.json']

const OTHERS = {
  'other.yaml': 'services: {base: {image: base}, db: {image: db}}',
  'app.env': 'A=b\n',
}

/** What Pristine has against a stack: an error, or warnings. JSON is YAML. */
function judge(stack: object) {
  const files = { ...OTHERS, 'compose.yaml': JSON.stringify(stack, null, 1) }
  const { tree, stack: read } = run(files, (place) =>
    composeReading(
      [{ file: './compose.yaml', key: 'dockerComposeFile', place }],
      { path: '/project', inRoot: '' },
      {
        env: {},
        name: 'stack',
      },
    ),
  )
  return classifyKeys(tree, read.withoutProfile)
}

test('each key of the published schema has a rule, and no other has', () => {
  expect(Object.keys(COMPOSE_KEYS).sort()).toEqual([...KEYS].sort())
})

describe('each key', () => {
  test.each(Object.entries(COMPOSE_KEYS))('%s', async (key, rule) => {
    const stack = stackWith(key)
    switch (rule.kind) {
      case 'supported':
      case 'granted':
      case 'accepted':
        return expect(judge(stack)).toEqual([])
      case 'ignored':
        return expect(judge(stack)).toMatchObject([{ code: 'ignored' }])
      case 'refused':
        return expectError(() => judge(stack), 'definition-unsupported', {
          file: 'compose.yaml',
          line: expect.any(Number),
          column: expect.any(Number),
        })
    }
  })
})

describe('a value that only some of have', () => {
  test.each<[object, string]>([
    [{ deploy: { mode: 'global' } }, 'services.app.deploy.mode'],
    [{ isolation: 'hyperv' }, 'services.app.isolation'],
    [{ security_opt: ['seccomp:./profile.json'] }, 'services.app.security_opt'],
    [{ security_opt: ['label=disable', 'systempaths=unconfined'] }, 'services.app.security_opt'],
    [{ ports: ['80:80/sctp'] }, 'services.app.ports[0].protocol'],
    [{ volumes: ['./a:/a:rshared'] }, 'services.app.volumes[0].bind.propagation'],
    [{ volumes: [{ type: 'npipe', source: 'a', target: '/a' }] }, 'services.app.volumes[0].type'],
    [{ volumes: [{ type: 'tmpfs', target: '/a', read_only: true }] }, 'services.app.volumes[0].read_only'],
    [{ build: 'https://example.org/project.git' }, 'services.app.build.context'],
    [{ networks: { n: { ipv4_address: '10.0.0.2' } } }, 'services.app.networks.n.ipv4_address'],
  ])('%j is refused as %s', (service, key) => {
    const stack = { services: { app: { image: 'busybox', ...service } }, networks: { n: null } }
    return expectError(() => judge(stack), 'definition-unsupported', { key })
  })

  test.each([
    [{ networks: { n: { driver: 'overlay' } } }, 'networks.n.driver'],
    [{ volumes: { v: { driver: 'nfs' } } }, 'volumes.v.driver'],
    [{ networks: { n: { ipam: { config: [{ subnet: '10.1.0.0/16' }] } } } }, 'networks.n.ipam.config'],
  ])('%j is refused as %s', (more, key) =>
    expectError(() => judge({ services: { app: { image: 'busybox' } }, ...more }), 'definition-unsupported', {
      key,
    }),
  )
})

test('one container of each service is enough, and further ones are a warning', () => {
  const of = (service: object) => judge({ services: { app: { image: 'busybox', ...service } } })
  expect([...of({ scale: 1 }), ...of({ deploy: { replicas: 1 } })]).toEqual([])
  expect([...of({ scale: 2 }), ...of({ deploy: { replicas: 3 } })]).toMatchObject([
    { code: 'ignored', message: expect.stringContaining('one container of each service') },
    { code: 'ignored', message: expect.stringContaining('one container of each service') },
  ])
})

describe('what is of another kind than its entry', () => {
  const warned = (volume: object) => judge({ services: { app: { image: 'busybox', volumes: [volume] } } })
  test.each([
    [{ type: 'bind', source: './a', target: '/a', tmpfs: { size: '1m' } }, 'volumes[].tmpfs'],
    [{ type: 'tmpfs', target: '/a', bind: { propagation: 'rshared' } }, 'volumes[].bind'],
    [{ type: 'bind', source: './a', target: '/a', volume: { nocopy: true } }, 'volumes[].volume'],
  ])('%j is ignored with a warning', (volume, key) => {
    expect(warned(volume)).toMatchObject([{ code: 'ignored', message: expect.stringContaining(`"${key}"`) }])
  })

  test('is judged where it counts', () =>
    expectError(
      () => warned({ type: 'bind', source: './a', target: '/a', bind: { propagation: 'rshared' } }),
      'definition-unsupported',
      { key: 'services.app.volumes[0].bind.propagation' },
    ))
})

test('what only "docker compose watch" does is a warning', () => {
  const watch = [{ path: './src', action: 'sync', target: '/src' }]
  expect(judge({ services: { app: { image: 'busybox', develop: { watch } } } })).toMatchObject([
    {
      code: 'ignored',
      message: expect.stringMatching(/"develop\.watch".*nothing is copied into a running container/),
    },
  ])
})

test('a protocol counts in any case', () => {
  const ports = [{ target: 80, protocol: 'TCP' }]
  expect(judge({ services: { app: { image: 'busybox', ports } } })).toEqual([])
})

test('a name of what is not external is ignored with a warning, however that is written', () => {
  const networks = { default: { name: 'x', external: 'no' } }
  expect(judge({ services: { app: { image: 'busybox' } }, networks })).toMatchObject([
    { message: expect.stringContaining('"name"') },
  ])
})

test('what only services use that take no part is not judged', () => {
  const networks = { n: { driver: 'overlay' } }
  const extra = { image: 'busybox', profiles: ['extra'], networks: ['n'] }
  expect(judge({ services: { app: { image: 'busybox' }, extra }, networks })).toEqual([])
  const app = { image: 'busybox', networks: ['n'] }
  return expectError(() => judge({ services: { app, extra }, networks }), 'definition-unsupported', {
    key: 'networks.n.driver',
  })
})

test('what asks for nothing is not refused', () => {
  const nothing = { mac_address: '', external_links: [], use_api_socket: false, models: {}, logging: {} }
  expect(judge({ services: { app: { image: 'busybox', ...nothing } } })).toEqual([])
})

test('a service that takes no part is not judged', () => {
  const services = {
    app: { image: 'busybox' },
    extra: { image: 'busybox', profiles: ['extra'], use_api_socket: true },
  }
  expect(judge({ services })).toEqual([])
})

test('a warning names a key once, with all services that have it', () => {
  const service = { image: 'busybox', logging: { driver: 'journald' } }
  expect(judge({ services: { app: service, db: service } })).toEqual([
    {
      code: 'ignored',
      message: '"logging" is ignored (app, db): Pristine reads the log with the settings of the engine.',
    },
  ])
})
