// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a definition looks like this
import { describe, expect, test } from 'vitest'
import { composeCreateRequest, connectionsOf } from '../../../main/container/launch/compose-create-request.ts'
import { composeRun } from '../../../main/container/launch/compose-run.ts'
import { createRequest } from '../../../main/container/launch/create-request.ts'
import type { ComposedService } from '../../../main/definition/read-project.ts'
import type { Project } from '../../../main/store/open-project.ts'
import type { RunConfig } from '../../../shared/definition.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { read } from '../compose/stack-of.ts'

const RUN: RunConfig = {
  workspaceFolder: '/',
  workspaceMount: null,
  containerEnv: {},
  remoteEnv: {},
  userEnvProbe: 'none',
  mounts: [],
  init: false,
  overrideCommand: false,
  ports: [],
  publishExposed: false,
  hooks: {},
  options: {},
}
const PLACE = {
  folder: '/home/me/shop',
  root: '/home/me/shop',
  home: '/home/me',
  file: 'compose.yaml',
}
const NAMES = { network: (key: string) => `net-${key}`, container: (service: string) => `shop-${service}` }
const IMAGE = { Id: 'sha256:1', Config: { Entrypoint: ['/entry'], Cmd: ['serve'] } }

function composed(service: string, rest = ''): ComposedService {
  const { stack } = read(`services: {web: ${service}, db: {image: b}}\n${rest}`)
  const web = stack.services['web']
  if (!web) throw new Error('it has the service')
  return { service: web, stack, isFirst: true, variables: [] }
}

const runOf = (service: string, more: Partial<RunConfig> = {}, rest = '') =>
  composeRun(composed(service, rest), { ...RUN, ...more }, PLACE)

const requestOf = (service: string, more: Partial<RunConfig> = {}, rest = '') => {
  const one = composed(service, rest)
  const run = composeRun(one, { ...RUN, ...more }, PLACE)
  return composeCreateRequest({ Env: [], HostConfig: { Mounts: [] } }, one, run, IMAGE, NAMES)
}

describe('how a service of Compose files is run', () => {
  test('mounts of a folder above the project only the project, at its place in it', () => {
    const { mounts } = runOf('{image: a, volumes: ["../..:/workspaces:cached", "..:/up:ro", "../lib:/lib"]}')
    expect(mounts).toEqual([
      { kind: 'bind', source: '/home/me/shop', target: '/workspaces/me/shop', readOnly: false },
      { kind: 'bind', source: '/home/me/shop', target: '/up/shop', readOnly: true },
      { kind: 'bind', source: '/home/me/lib', target: '/lib', readOnly: false },
    ])
    const one = composed('{image: a, volumes: ["..:/repo", "../..:/all"]}')
    const inside = composeRun(one, RUN, { ...PLACE, folder: '/home/me/repo/app', root: '/home/me/repo' })
    expect(inside.mounts).toMatchObject([
      { source: '/home/me/repo', target: '/repo' },
      { source: '/home/me/repo', target: '/all/repo' },
    ])
  })

  test('names further hosts as the engine does', () => {
    const { options } = runOf(
      '{image: a, extra_hosts: ["one:10.1.2.3", "two=10.1.2.4", "six=[::1]", "gate=host-gateway"]}',
    )
    expect(options.extraHosts).toEqual(['one:10.1.2.3', 'two:10.1.2.4', 'six:::1', 'gate:host-gateway'])
  })

  test('mounts folders of the project and of the person, and volumes of the project', () => {
    const { mounts } = runOf(
      '{image: a, volumes: [".:/work", "../lib:/lib2:ro", "~/.cache:/cache", "/srv:/srv", "data:/data", "/anon"], tmpfs: ["/run:size=1m"]}',
      {},
      'volumes: {data: }',
    )
    expect(mounts).toEqual([
      { kind: 'bind', source: '/home/me/shop', target: '/work', readOnly: false },
      { kind: 'bind', source: '/home/me/lib', target: '/lib2', readOnly: true },
      { kind: 'bind', source: '/home/me/.cache', target: '/cache', readOnly: false },
      { kind: 'bind', source: '/srv', target: '/srv', readOnly: false },
      { kind: 'volume', source: 'data', target: '/data', readOnly: false },
      { kind: 'volume', source: expect.stringMatching(/^web-anon-/), target: '/anon', readOnly: false },
      { kind: 'tmpfs', target: '/run', size: 1 << 20 },
    ])
  })

  test('gets its secrets and configs of files at their places', () => {
    const { mounts } = runOf(
      '{image: a, secrets: [key, {source: key, target: /k}], configs: [conf, {source: conf, target: c.ini}]}',
      {},
      'secrets: {key: {file: ./key}}\nconfigs: {conf: {file: ./c.ini}}',
    )
    expect(mounts).toMatchObject([
      { source: '/home/me/shop/key', target: '/run/secrets/key', readOnly: true },
      { source: '/home/me/shop/key', target: '/k' },
      { source: '/home/me/shop/c.ini', target: '/conf' },
      { source: '/home/me/shop/c.ini', target: '/c.ini' },
    ])
  })

  test('has what the rest of the definition says over what its files say', () => {
    const run = runOf(
      '{image: a, user: "1", environment: {A: "1", B: "2"}, volumes: [".:/work"], cap_add: [SYS_PTRACE], shm_size: 1m}',
      {
        containerUser: 'node',
        containerEnv: { B: '3' },
        mounts: [{ kind: 'volume', source: 'v', target: '/work', readOnly: false }],
        options: { capAdd: ['NET_ADMIN'], shmSize: 2 },
      },
    )
    expect(run).toMatchObject({
      containerUser: 'node',
      containerEnv: { A: '1', B: '3' },
      mounts: [{ source: 'v', target: '/work' }],
      options: { capAdd: ['SYS_PTRACE', 'NET_ADMIN'], shmSize: 2 },
    })
  })

  test('keeps what looks like a variable of a devcontainer.json as text', () => {
    expect(runOf('{image: a, environment: {A: "$${localEnv:HOME}"}}').containerEnv).toEqual({
      A: '${localEnv:HOME}',
    })
  })

  test('wishes for its ports on the loopback address, and takes others where these are taken', () => {
    const { ports } = runOf(
      '{image: a, ports: ["8080:80", "127.0.0.1::81", "0.0.0.0:82:82", "9000-9001:83/udp"]}',
    )
    expect(ports).toEqual([
      { container: 80, host: 8080, protocol: 'tcp', fixed: false },
      { container: 81, host: 81, protocol: 'tcp', fixed: false },
      { address: '0.0.0.0', container: 82, host: 82, protocol: 'tcp', fixed: false },
      { container: 83, host: 9000, protocol: 'udp', fixed: false },
    ])
    expect(runOf('{image: a, ports: ["[::1]:8080:80"]}').ports).toMatchObject([
      { address: '::1', host: 8080 },
    ])
    const fixed = { container: 80, host: 8080, protocol: 'tcp' as const, fixed: true }
    expect(runOf('{image: a, ports: ["80"]}', { ports: [fixed] }).ports).toEqual([fixed])
  })

  test('joins the namespaces of other services by their new containers', () => {
    const joined =
      '{image: a, network_mode: "service:db", pid: "service:db", ipc: host, stop_grace_period: 1500ms}'
    expect(runOf(joined).options).toEqual({
      network: 'service:db',
      pid: 'service:db',
      ipc: 'host',
      stopTimeout: 2,
    })
    expect(requestOf(joined).HostConfig).toMatchObject({
      NetworkMode: 'container:shop-db',
      PidMode: 'container:shop-db',
    })
  })
})

describe('the create request of a service', () => {
  test('has a terminal, or an open input, where its files say so', () => {
    expect(requestOf('{image: a, tty: true, stdin_open: true}')).toMatchObject({ Tty: true, OpenStdin: true })
    expect(Object.keys(requestOf('{image: a, tty: false}'))).not.toContain('Tty')
  })

  test('runs what its files say: an entry point takes the command of the image away', () => {
    const program = (service: string, more: Partial<RunConfig> = {}) => {
      const { Entrypoint, Cmd } = requestOf(service, more)
      return { Entrypoint, Cmd }
    }
    expect(program('{image: a}')).toEqual({})
    expect(program('{image: a, command: x y}')).toEqual({ Cmd: ['x', 'y'] })
    expect(program('{image: a, command: []}')).toEqual({ Entrypoint: ['/entry'], Cmd: [] })
    expect(program('{image: a, entrypoint: e}')).toEqual({ Entrypoint: ['e'], Cmd: [] })
    expect(program('{image: a, entrypoint: [], command: [x]}')).toEqual({ Entrypoint: [''], Cmd: ['x'] })
    expect(program('{image: a, command: x}', { overrideCommand: true })).toEqual({})
    expect(program('{image: a, command: x}', { entrypoints: ['start'] })).toEqual({
      Entrypoint: ['/bin/sh', '-c', 'start\nexec "$@"', 'sh', '/entry'],
      Cmd: ['x'],
    })
  })

  test('takes variables away that have no value', () => {
    expect(requestOf('{image: a, environment: [GONE, A=1]}').Env).toEqual(['GONE'])
    expect(requestOf('{image: a, environment: [GONE]}', { containerEnv: { GONE: '1' } }).Env).toEqual([])
  })

  test('has the health check of its files, or that of the definition', () => {
    const check = '{image: a, healthcheck: {test: [CMD, ok], interval: 2s, start_period: 1s, retries: 2}}'
    expect(requestOf(check).Healthcheck).toEqual({
      Test: ['CMD', 'ok'],
      Interval: 2e9,
      StartPeriod: 1e9,
      Retries: 2,
    })
    expect(requestOf('{image: a, healthcheck: {interval: 1s}}').Healthcheck).toEqual({ Interval: 1e9 })
    expect(requestOf('{image: a, healthcheck: {disable: true}}').Healthcheck).toEqual({ Test: ['NONE'] })
    const health = { command: 'x', interval: 1, timeout: 1, retries: 1 }
    expect(requestOf(check, { health }).Healthcheck).toBeUndefined()
  })

  test('is in the networks of its version under its names, and in those of others by theirs', () => {
    const web = '{image: a, container_name: shop_web, networks: {back: {aliases: [api]}, all: }}'
    const text = `${web}, shop: {image: a, links: ["web:site", web]}`
    const rest = 'networks: {back: , all: {external: true, name: company}}'
    expect(connectionsOf(composed(text, rest), NAMES)).toEqual([
      { network: 'company', aliases: ['web', 'shop_web', 'site'] },
      { network: 'net-back', aliases: ['web', 'shop_web', 'api', 'site'] },
    ])
    expect(requestOf('{image: a}')).toMatchObject({
      HostConfig: { NetworkMode: 'net-default' },
      NetworkingConfig: { EndpointsConfig: { 'net-default': { Aliases: ['web'] } } },
    })
    expect(connectionsOf(composed('{image: a, network_mode: none}'), NAMES)).toEqual([])
  })

  test('has devices that the engine chooses', () => {
    const { HostConfig } = requestOf('{image: a, gpus: all}')
    expect(HostConfig?.DeviceRequests).toEqual([{ Count: -1, Capabilities: [['gpu']] }])
  })

  test('has volumes of others under their own names, once at each place', () => {
    const text = '{image: a, volumes: ["shared:/s:ro", "plain:/p", "plain:/data"]}'
    const one = composed(text, 'volumes: {shared: {external: true, name: company}, plain: {external: true}}')
    const own = { kind: 'volume', source: 'own', target: '/p', readOnly: false } as const
    const parts = {
      ...{ project: { key: 'k', path: '/p', name: 'p' } as unknown as Project, version: '' as VersionId },
      ...{ service: 'web', composed: one, run: composeRun(one, { ...RUN, mounts: [own] }, PLACE) },
      image: { ...IMAGE, Config: { ...IMAGE.Config, Volumes: { '/data': {}, '/s': {}, '/else': {} } } },
    }
    const mounts = createRequest(parts, [], NAMES).HostConfig?.Mounts ?? []
    expect(mounts.map(({ Source, Target, ReadOnly }) => [Target, Source, ReadOnly])).toEqual([
      ['/p', 'pristine-k-own', false],
      ['/else', expect.stringMatching(/^pristine-k-web-else-/), false],
      ['/s', 'company', true],
      ['/data', 'plain', false],
    ])
  })
})
