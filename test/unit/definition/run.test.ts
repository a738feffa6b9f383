// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDefinition } from '../../../main/definition/devcontainer/read-definition.ts'
import { volumeNameFor } from '../../../main/definition/devcontainer/run/parse-mounts.ts'
import { parseSize } from '../../../main/definition/devcontainer/run/parse-size.ts'
import { expectError, FILE, makeProject, readRun } from './project.ts'

const invalid = (json: object, problem: string, env = {}) =>
  expectError(readRun(json, env), 'definition-invalid', {
    file: FILE,
    line: expect.any(Number),
    column: expect.any(Number),
    problem: expect.stringContaining(problem),
  })
const unsupported = (json: object, key: string) =>
  expectError(readRun(json), 'definition-unsupported', { file: FILE, line: expect.any(Number), key })

describe('the run configuration', () => {
  it('has the defaults of the specification, with init', async () => {
    expect(await readRun({})).toEqual({
      workspaceFolder: '/workspaces/${localWorkspaceFolderBasename}',
      workspaceMount: {
        kind: 'bind',
        source: '${localWorkspaceFolder}',
        target: '/workspaces/${localWorkspaceFolderBasename}',
        readOnly: false,
      },
      containerEnv: {},
      remoteEnv: {},
      userEnvProbe: 'loginInteractiveShell',
      mounts: [],
      init: true,
      overrideCommand: true,
      ports: [],
      publishExposed: false,
      hooks: {},
      options: {},
      unset: ['overrideCommand', 'userEnvProbe'],
    })
  })

  it('takes what the definition says, as templates', async () => {
    const said = {
      containerEnv: { A: '${localEnv:A}' },
      remoteEnv: { B: '${containerEnv:B}', C: null },
      containerUser: 'root',
      remoteUser: '${localEnv:USER}',
      userEnvProbe: 'none',
      init: false,
      overrideCommand: false,
    }
    expect(await readRun(said, { A: 'secret' })).toMatchObject(said)
    expect(await readRun(said)).not.toHaveProperty('unset')
  })

  it('takes hooks in their three forms and drops empty ones', async () => {
    const hooks = {
      onCreateCommand: 'make',
      updateContentCommand: ['npm', 'ci'],
      postCreateCommand: { a: 'x', b: ['y', 'z'] },
      postStartCommand: 'c',
      postAttachCommand: ['d'],
    }
    expect((await readRun(hooks)).hooks).toEqual(hooks)
    expect(
      (await readRun({ onCreateCommand: '', postCreateCommand: [], postStartCommand: {} })).hooks,
    ).toEqual({})
  })

  it('refuses names that are no variables', async () => {
    await invalid({ containerEnv: { 'A=B': 'x' } }, '"A=B" cannot be a variable\'s name')
    await invalid({ remoteEnv: { '': 'x' } }, '"" cannot be a variable\'s name')
  })
})

describe('the workspace', () => {
  it('is mounted at its git root', async () => {
    await using root = await makeProject({ 'apps/web/.devcontainer.json': '{"image": "debian"}' })
    const { definition } = await readDefinition(
      { path: join(root.path, 'apps/web'), gitRoot: root.path },
      { env: {} },
    )
    expect(definition.services[0]?.run).toMatchObject({
      workspaceFolder: '/workspaces/${localGitRootBasename}/apps/web',
      workspaceMount: { source: '${localGitRoot}', target: '/workspaces/${localGitRootBasename}' },
    })
  })

  it('defaults each of its two values alone, and can be left out', async () => {
    expect(await readRun({ workspaceFolder: '/src' })).toMatchObject({
      workspaceFolder: '/src',
      workspaceMount: { target: '/workspaces/${localWorkspaceFolderBasename}' },
    })
    const workspaceMount = 'source=${localWorkspaceFolder},target=/src,type=bind,consistency=cached,readonly'
    expect(await readRun({ workspaceMount })).toMatchObject({
      workspaceFolder: '/workspaces/${localWorkspaceFolderBasename}',
      workspaceMount: { kind: 'bind', source: '${localWorkspaceFolder}', target: '/src', readOnly: true },
    })
    expect((await readRun({ workspaceMount: '', workspaceFolder: '/' })).workspaceMount).toBeNull()
  })

  it('is opened at an absolute path', () => invalid({ workspaceFolder: 'src' }, 'must be an absolute path'))
})

describe('mounts', () => {
  const mountsOf = async (...mounts: unknown[]) => (await readRun({ mounts })).mounts

  it("are read in both forms with all of docker's names", async () => {
    expect(
      await mountsOf(
        'type=volume,src=data,dst=/data,ro',
        'source=${localWorkspaceFolderBasename}-modules,destination=${containerWorkspaceFolder}/node_modules',
        { type: 'bind', source: '${localWorkspaceFolder}/x', target: '/x', readonly: true },
        'type=tmpfs,target=/run,tmpfs-size=64m',
        '"source=a","target=/with,""comma",type=volume,readonly=false',
        'type=bind,source=${localWorkspaceFolder}/${localEnv:D:a,b},target=/y',
      ),
    ).toEqual([
      { kind: 'volume', source: 'data', target: '/data', readOnly: true },
      {
        kind: 'volume',
        source: '${localWorkspaceFolderBasename}-modules',
        target: '${containerWorkspaceFolder}/node_modules',
        readOnly: false,
      },
      { kind: 'bind', source: '${localWorkspaceFolder}/x', target: '/x', readOnly: true },
      { kind: 'tmpfs', target: '/run', size: 64 * 2 ** 20 },
      { kind: 'volume', source: 'a', target: '/with,"comma', readOnly: false },
      { kind: 'bind', source: '${localWorkspaceFolder}/${localEnv:D:a,b}', target: '/y', readOnly: false },
    ])
  })

  it('name a volume that has no name by its target', async () => {
    expect(await mountsOf('target=/var/lib/data')).toMatchObject([
      { kind: 'volume', source: volumeNameFor('/var/lib/data') },
    ])
    expect(volumeNameFor('/var/lib/data')).toMatch(/^var-lib-data-[0-9a-f]{8}$/)
    expect(volumeNameFor('/a/b')).not.toBe(volumeNameFor('/a-b'))
    expect(volumeNameFor('/ü')).toMatch(/^volume-[0-9a-f]{8}$/)
  })

  it('are one a target, the last', async () => {
    expect(await mountsOf('source=a,target=/d', 'source=b,target=/d')).toMatchObject([{ source: 'b' }])
  })

  it.each([
    ['source=a,target=/a,colour=red', 'unknown mount option "colour"'],
    ['source=a', 'the mount needs a target'],
    ['source=a,target=a', 'the mount\'s target must be an absolute path below "/", not "a"'],
    ['source=a,target=/', 'the mount\'s target must be an absolute path below "/", not "/"'],
    ['type=npipe,source=a,target=/a', 'the mount\'s type must be bind, volume or tmpfs, not "npipe"'],
    ['type=bind,target=/a', 'a bind mount needs a source'],
    ['type=bind,source=./a,target=/a', 'write "${localWorkspaceFolder}/a"'],
    ['type=volume,source=/etc,target=/a', '"/etc" cannot be the name of a volume'],
    ['type=tmpfs,source=a,target=/a', 'a tmpfs mount has no source'],
    ['type=tmpfs,target=/a,tmpfs-size=big', '"big" is not a size'],
    ['source=a,target=/a,readonly=maybe', '"readonly" must be true or false'],
    ['source,target=/a', 'the mount\'s "source" needs a value'],
    [{ source: 'a', target: true }, 'the mount\'s "target" needs a value'],
    ['', 'unknown mount option ""'],
  ])('refuse %j', (mount, problem) => invalid({ mounts: [mount] }, problem))

  it.each(['volume-opt=o=bind', 'volume-driver=x', 'bind-propagation=rshared'])(
    'do not support %s',
    (option) =>
      unsupported({ mounts: [`source=a,target=/a,${option}`] }, `mount option ${option.split('=')[0]}`),
  )
})

describe('ports', () => {
  const portsOf = async (json: object) => (await readRun(json)).ports
  const port = (container: number, host: number, fixed: boolean, label?: string) => ({
    container,
    protocol: 'tcp',
    host,
    fixed,
    ...(label === undefined ? {} : { label }),
  })

  it('of forwardPorts may move unless their attributes say otherwise', async () => {
    expect(
      await portsOf({
        forwardPorts: [3000, 'localhost:4000', '127.0.0.1:5000', '6000', 7000],
        portsAttributes: {
          3000: { label: 'Web', requireLocalPort: true, onAutoForward: 'notify' },
          'localhost:4000': { label: 'API' },
          '4990-5010': { label: 'Range' },
          '.+server.js': { label: 'no port' },
        },
        otherPortsAttributes: { label: 'Other' },
      }),
    ).toEqual([
      port(3000, 3000, true, 'Web'),
      port(4000, 4000, false, 'API'),
      port(5000, 5000, false, 'Range'),
      port(6000, 6000, false, 'Other'),
      port(7000, 7000, false, 'Other'),
    ])
  })

  it("of appPort are fixed where they name the host's", async () => {
    expect(await portsOf({ appPort: 3000 })).toEqual([port(3000, 3000, true)])
    expect(await portsOf({ appPort: '8080:80' })).toEqual([port(80, 8080, true)])
    expect(await portsOf({ appPort: ['127.0.0.1:8080:80', '53:53/udp', '90'] })).toEqual([
      { container: 53, protocol: 'udp', host: 53, fixed: true },
      port(80, 8080, true),
      port(90, 90, false),
    ])
  })

  it('are merged', async () => {
    const forwardPorts = [80, 80, 'localhost:80', 3000]
    const portsAttributes = { 80: { label: 'Web' } }
    expect(
      await portsOf({
        forwardPorts,
        appPort: ['8080:80', 3000],
        runArgs: ['-p', '9090:80'],
        portsAttributes,
      }),
    ).toEqual([port(80, 8080, true, 'Web'), port(80, 9090, true), port(3000, 3000, true)])
  })

  it('of other addresses are those that are written out', async () => {
    const addresses = async (appPort: string) => (await portsOf({ appPort })).map(({ address }) => address)
    expect(await addresses('0.0.0.0:80:80')).toEqual(['0.0.0.0'])
    expect(await addresses('[::]:80:80/udp')).toEqual(['::'])
    expect(await addresses('10.0.0.1::80')).toEqual(['10.0.0.1'])
    for (const own of ['127.0.0.1', 'localhost', '[::1]']) {
      expect(await addresses(`${own}:80:80`)).toEqual([undefined])
    }
    await invalid({ appPort: 'example.org:80:80' }, '"example.org" is not an address')
  })

  it('of other hosts, and any of a range, are refused', async () => {
    await unsupported({ forwardPorts: ['db:5432'] }, 'forwardPorts: db:5432')
    await unsupported({ appPort: ['8000-9000:80'] }, 'appPort: 8000-9000:80')
  })

  it('of ranges are each port of them', async () => {
    expect(await portsOf({ appPort: '4000-4002:3000-3002' })).toEqual([
      port(3000, 4000, true),
      port(3001, 4001, true),
      port(3002, 4002, true),
    ])
    expect(await portsOf({ runArgs: ['-p', '3000-3001'] })).toEqual([
      port(3000, 3000, false),
      port(3001, 3001, false),
    ])
  })

  it.each([
    [{ forwardPorts: ['web'] }, '"web" is not a port, nor "host:port"'],
    [{ forwardPorts: ['70000'] }, '"70000" is not a port from 1 to 65535'],
    [{ appPort: '80/sctp' }, '"80/sctp" is not a port to publish'],
    [{ appPort: '0:80' }, '"0" is not a port from 1 to 65535'],
    [{ appPort: 'x:80' }, '"x:80" is not a port to publish'],
    [{ appPort: '3000-3002:3000-3001' }, 'are not of the same length'],
    [{ appPort: '3001-3000' }, 'the range "3001-3000" ends before it begins'],
    [{ appPort: '1-65535' }, 'has 65535 ports, more than 1024'],
    [{ appPort: 1.5 }, '"appPort" must be a port'],
  ])('refuse %j', (json, problem) => invalid(json, problem))
})

describe('sizes', () => {
  it.each([
    ['64m', 64 * 2 ** 20],
    ['2g', 2 ** 31],
    ['1.5GB', 1.5 * 2 ** 30],
    ['4096', 4096],
    ['10KiB', 10240],
    ['7b', 7],
    ['0', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1x', undefined],
    ['999999999999999t', undefined],
  ])('%s', (text, bytes) => expect(parseSize(text)).toBe(bytes))
})
