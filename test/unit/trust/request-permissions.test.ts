// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import type { ContainerSpec } from '../../../main/docker/containers.ts'
import { permissionsOfProject } from '../../../main/environment/computer/project-permissions.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { permissionsOfRequest } from '../../../main/trust/request-permissions.ts'
import type { Permission } from '../../../shared/trust.ts'
import { expectError, FILE, makeProject } from '../definition/project.ts'

const hostOf = (env: Record<string, string>) => ({ env, home: openHome({ PRISTINE_HOME: '/nowhere' }) })

/** What a devcontainer.json reaches, in a project with these files, but for images, network and its own folder. */
async function reached(
  json: object,
  env: Record<string, string> = {},
  folder?: string,
): Promise<Permission[]> {
  await using made = folder === undefined ? await makeProject() : undefined
  const place = folder ?? made?.path ?? ''
  await mkdir(path.join(place, '.devcontainer'), { recursive: true })
  await writeFile(path.join(place, FILE), JSON.stringify({ image: 'debian:bookworm', ...json }))
  const project = await openProject(place)
  const host = hostOf(env)
  const found = await permissionsOfProject(host, project, await readProject(env, project, undefined))
  const isDefault = (one: Permission) =>
    one.kind === 'image' || (one.kind === 'network' && one.mode === 'default')
  return found.filter((one) => !isDefault(one) && !(one.kind === 'own-folder' && one.folder === '.'))
}

describe('what a definition reaches', () => {
  it.each<[object, Permission]>([
    [{ privileged: true }, { kind: 'privileged' }],
    [{ runArgs: ['--privileged=1'] }, { kind: 'privileged' }],
    [{ capAdd: ['cap_sys_admin'] }, { kind: 'linux-capability', name: 'SYS_ADMIN' }],
    [{ runArgs: ['--cap-add', 'SYS_PTRACE'] }, { kind: 'linux-capability', name: 'SYS_PTRACE' }],
    [{ securityOpt: ['label=disable'] }, { kind: 'security-option', option: 'label=disable' }],
    [{ runArgs: ['--network=host'] }, { kind: 'network', mode: 'host' }],
    [{ runArgs: ['--net', 'container:db'] }, { kind: 'network', mode: 'container:db' }],
    [{ runArgs: ['--pid=host'] }, { kind: 'namespace', namespace: 'pid', of: 'host' }],
    [{ runArgs: ['--ipc', 'host'] }, { kind: 'namespace', namespace: 'ipc', of: 'host' }],
    [{ runArgs: ['--uts=host'] }, { kind: 'namespace', namespace: 'uts', of: 'host' }],
    [{ runArgs: ['--userns=host'] }, { kind: 'namespace', namespace: 'user', of: 'host' }],
    [{ runArgs: ['--cgroupns=host'] }, { kind: 'namespace', namespace: 'cgroup', of: 'host' }],
    [
      { runArgs: ['--device=/dev/null:/dev/x:rw'] },
      { kind: 'device', path: '/dev/null', target: '/dev/x', access: 'rw' },
    ],
    [
      { mounts: ['type=bind,source=/etc,target=/x,readonly'] },
      { kind: 'folder', source: '/etc', target: '/x', access: 'read' },
    ],
    [{ runArgs: ['-v', '/etc:/x'] }, { kind: 'folder', source: '/etc', target: '/x', access: 'write' }],
    [{ runArgs: ['-v=/etc:/x:ro'] }, { kind: 'folder', source: '/etc', target: '/x', access: 'read' }],
    [{ runArgs: ['--volume=/etc:/x'] }, { kind: 'folder', source: '/etc', target: '/x', access: 'write' }],
    [
      { runArgs: ['--mount', 'type=bind,src=/etc,dst=/x'] },
      { kind: 'folder', source: '/etc', target: '/x', access: 'write' },
    ],
    [
      { workspaceMount: 'type=bind,source=/etc,target=/x', workspaceFolder: '/x' },
      { kind: 'folder', source: '/etc', target: '/x', access: 'write' },
    ],
    [
      { mounts: ['type=bind,source=${localWorkspaceFolder}/../../etc,target=/x'] },
      expect.objectContaining({ kind: 'folder', target: '/x', access: 'write' }) as Permission,
    ],
    [
      { mounts: ['type=bind,source=${localEnv:HOME}/.ssh,target=/x'] },
      { kind: 'folder', source: '/home/nobody-there/.ssh', target: '/x', access: 'write' },
    ],
    [{ containerEnv: { A: '${localEnv:TOKEN:none}' } }, { kind: 'variable', name: 'TOKEN' }],
    [{ runArgs: ['-e', 'TOKEN'] }, { kind: 'variable', name: 'TOKEN' }],
    [{ mounts: ['source=data,target=/data'] }, { kind: 'own-volume', name: 'data', target: '/data' }],
    [{ appPort: '127.0.0.1:80:80' }, { kind: 'port', address: '127.0.0.1', port: 80, protocol: 'tcp' }],
    [
      { runArgs: ['-p', '0.0.0.0:80:80/udp'] },
      { kind: 'port', address: '0.0.0.0', port: 80, protocol: 'udp' },
    ],
    [
      { runArgs: ['-p', '0.0.0.0:443:80'] },
      { kind: 'port', address: '0.0.0.0', port: 80, protocol: 'tcp', host: 443 },
    ],
    [{ appPort: '443:80' }, { kind: 'port', address: '127.0.0.1', port: 80, protocol: 'tcp' }],
    [
      { initializeCommand: 'make ${localWorkspaceFolderBasename} ${localEnv:TOKEN}' },
      {
        kind: 'host-command',
        from: `initializeCommand of ${FILE}`,
        name: null,
        command: expect.stringMatching(/^make pristine-definition-\w+ \$\{localEnv:TOKEN\}$/) as string,
      },
    ],
  ])('by %j', async (json, capability) => {
    const found = await reached(json, { HOME: '/home/nobody-there', TOKEN: 'secret' })
    expect(found).toContainEqual(capability)
    expect(JSON.stringify(found)).not.toContain('secret')
  })

  it('is what stays inside and nothing else, where nothing is asked for', async () => {
    const runArgs = '--init --shm-size=1m --memory 1g --cap-drop=ALL --read-only --dns 1.1.1.1 --network=none'
    expect(await reached({ runArgs: runArgs.split(' '), securityOpt: ['no-new-privileges'] })).toEqual([
      { kind: 'network', mode: 'none' },
    ])
  })

  it('is requested for each form of initializeCommand', async () => {
    await using project = await makeProject()
    const commands = async (initializeCommand: unknown) =>
      (await reached({ initializeCommand }, {}, project.path)).map((one) =>
        one.kind === 'host-command' ? [one.name, one.command] : one.kind,
      )
    expect(await commands('sh tools/a.sh && true')).toEqual([[null, 'sh tools/a.sh && true']])
    expect(await commands(['python', '-u', 'b.py'])).toEqual([[null, ['python', '-u', 'b.py']]])
    const set = { a: './tools/../b.py', b: ['sh', '-c', '. tools/a.sh'], c: '', d: [] }
    expect(await commands(set)).toEqual([
      ['a', './tools/../b.py'],
      ['b', ['sh', '-c', '. tools/a.sh']],
    ])
    expect(await commands(`sh \${localWorkspaceFolder}/b.py`)).toEqual([[null, `sh ${project.path}/b.py`]])
    for (const nothing of ['', ' ', [], {}]) expect(await commands(nothing)).toEqual([])
  })

  it('is where links lead, also those of folders that do not exist yet', async () => {
    await using other = await makeProject({ file: '1' })
    await using project = await makeProject({ 'own/file': '1' })
    await symlink(other.path, path.join(project.path, 'link'))
    await symlink('own', path.join(project.path, 'inner'))
    const mount = (source: string) =>
      reached({ mounts: [`type=bind,source=\${localWorkspaceFolder}/${source},target=/x`] }, {}, project.path)
    const found = { kind: 'folder', target: '/x', access: 'write' }
    const written = path.join(project.path, 'link')
    expect(await mount('link')).toEqual([{ ...found, source: other.path, written }])
    expect(await mount('link/new/er')).toEqual([
      { ...found, source: `${other.path}/new/er`, written: `${written}/new/er` },
    ])
    // A fork stands beside its project, with a name that begins with the project's: it is another folder all the same.
    const fork = `${project.path}-evil`
    expect(await mount(`../${path.basename(fork)}`)).toEqual([{ ...found, source: fork }])
    expect(await mount('inner')).toEqual([
      { kind: 'own-folder', folder: 'own', target: '/x', access: 'write' },
    ])
  })

  it.each([
    ['type=bind,source=${localEnv:NONE},target=/x', 'it mounts "" at /x, which is not an absolute path'],
    ['type=bind,source=${localEnv:REL},target=/x', 'it mounts "a/b" at /x, which is not an absolute path'],
    ['type=bind,source=${localWorkspaceFolder}/loop,target=/x', 'which cannot be checked (ELOOP)'],
    [
      'type=bind,source=${localWorkspaceFolder}/dangling/new,target=/x',
      'a link to something that does not exist',
    ],
  ])('is refused where it cannot be known: %s', async (mount, problem) => {
    await using project = await makeProject()
    await symlink('loop', path.join(project.path, 'loop'))
    await symlink('/run/not/there', path.join(project.path, 'dangling'))
    await expectError(reached({ mounts: [mount] }, { REL: 'a/b' }, project.path), 'definition-invalid', {
      file: FILE,
      problem: expect.stringContaining(problem),
    })
  })
})

describe('a container engine', () => {
  it('is found by whatever name or folder leads to its socket', async () => {
    await using place = await makeProject({ 'link-folder': '', 'sub/file': '' })
    const socket = path.join(place.path, 'engine.sock')
    const server = createServer().listen(socket)
    await using project = await makeProject()
    await symlink(socket, path.join(project.path, 'a'))
    await symlink(place.path, path.join(project.path, 'b'))
    await symlink(socket, path.join(place.path, 'other.sock'))
    try {
      const sources = {
        [socket]: ['docker-socket'],
        [`${place.path}/../${path.basename(place.path)}/engine.sock`]: ['docker-socket'],
        [place.path]: ['docker-socket', 'folder'],
        [path.dirname(place.path)]: ['docker-socket', 'folder'],
        '/': ['docker-socket', 'folder'],
        [path.join(place.path, 'sub')]: ['folder'],
        [path.join(place.path, 'other.sock')]: ['docker-socket'],
        '${localWorkspaceFolder}/a': ['docker-socket'],
        '${localWorkspaceFolder}/b': ['docker-socket', 'folder'],
        '${localWorkspaceFolder}/b/engine.sock': ['docker-socket'],
      }
      for (const [source, kinds] of Object.entries(sources)) {
        const mounts = [`type=bind,source=${source},target=/x,readonly`]
        const found = await reached({ mounts }, { DOCKER_HOST: `unix://${socket}` }, project.path)
        expect([source, [...new Set(found.map(({ kind }) => kind))]]).toEqual([source, kinds])
      }
      for (const usual of ['/var/run/docker.sock', '/run/docker.sock', '/run/podman/podman.sock'])
        expect(await reached({ runArgs: ['-v', `${usual}:/x`] }, {}, project.path)).toMatchObject([
          { kind: 'docker-socket' },
        ])
    } finally {
      server.close()
    }
  })
})

describe('a create request', () => {
  it("has the person's ssh agent only where its own mount is", async () => {
    await using made = await makeProject({ 'agents/a': '' })
    const project = await openProject(path.join(made.path, 'agents'))
    const source = path.join(made.path, 'agents')
    const agent = { Type: 'bind', Source: source, Target: '/run/pristine-agent', ReadOnly: true } as const
    const kinds = async (mount: object) => {
      const spec = { HostConfig: { Mounts: [{ ...agent, ...mount }] } } as unknown as ContainerSpec
      const found = await permissionsOfRequest(spec, { project, host: hostOf({}), file: FILE, agent })
      return found.map(({ kind }) => kind).filter((kind) => kind !== 'network')
    }
    expect(await kinds({})).toEqual(['ssh-agent'])
    for (const mount of [{ ReadOnly: false }, { Target: '/x' }])
      expect(await kinds(mount)).toEqual(['own-folder'])
    expect(await kinds({ BindOptions: { Propagation: 'shared' } })).toEqual(['setting', 'own-folder'])
  })

  const reachOfSpec = async (spec: object) => {
    await using made = await makeProject()
    const project = await openProject(made.path)
    const found = await permissionsOfRequest(spec as ContainerSpec, { project, host: hostOf({}), file: FILE })
    return found.filter((one) => one.kind !== 'network')
  }

  it.each([
    [{ HostConfig: { Binds: ['/:/x'] } }, 'HostConfig.Binds', '["/:/x"]'],
    [{ HostConfig: { VolumesFrom: ['other'] } }, 'HostConfig.VolumesFrom', '["other"]'],
    [{ HostConfig: { Runtime: 'other' } }, 'HostConfig.Runtime', '"other"'],
    [{ HostConfig: { CgroupParent: '/' } }, 'HostConfig.CgroupParent', '"/"'],
    [{ HostConfig: { Sysctls: { 'kernel.x': '1' } } }, 'HostConfig.Sysctls', '{"kernel.x":"1"}'],
    [{ HostConfig: { MaskedPaths: ['/x'] } }, 'HostConfig.MaskedPaths', '["/x"]'],
    [{ HostConfig: { DeviceCgroupRules: ['c *:* rwm'] } }, 'HostConfig.DeviceCgroupRules', '["c *:* rwm"]'],
    [{ HostConfig: { PublishAllPorts: true } }, 'HostConfig.PublishAllPorts', 'true'],
    [{ HostConfig: { SomethingNew: 0 } }, 'HostConfig.SomethingNew', '0'],
    [{ NetworkingConfig: { x: 1 } }, 'NetworkingConfig', '{"x":1}'],
    [
      {
        NetworkingConfig: { EndpointsConfig: { other: { Aliases: ['a'] } } },
        HostConfig: { NetworkMode: 'n' },
      },
      'NetworkingConfig',
      '{"EndpointsConfig":{"other":{"Aliases":["a"]}}}',
    ],
    [
      {
        NetworkingConfig: { EndpointsConfig: { n: { Aliases: ['a'], IPAddress: '1' } } },
        HostConfig: { NetworkMode: 'n' },
      },
      'NetworkingConfig',
      '{"EndpointsConfig":{"n":{"Aliases":["a"],"IPAddress":"1"}}}',
    ],
    [
      { HostConfig: { Mounts: [{ Type: 'tmpfs', Source: '', Target: '/x', BindOptions: { a: 1 } }] } },
      'HostConfig.Mounts /x BindOptions',
      '{"a":1}',
    ],
  ])('%j does not pass unseen', async (spec, name, value) => {
    expect(await reachOfSpec(spec)).toEqual([{ kind: 'setting', name, value }])
  })

  it.each<[object, Permission]>([
    [
      { Mounts: [{ Type: 'volume', Source: 'pristine-other-00000000-data', Target: '/x' }] },
      { kind: 'volume', name: 'pristine-other-00000000-data', target: '/x', access: 'write' },
    ],
    [
      { PortBindings: { '80/udp': [{ HostIp: '', HostPort: '80' }] } },
      { kind: 'port', address: '', port: 80, protocol: 'udp' },
    ],
    [
      { PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '' }] } },
      { kind: 'port', address: '0.0.0.0', port: 80, protocol: 'tcp', host: 0 },
    ],
    [{ DeviceRequests: [{ Count: -1 }] }, { kind: 'device-request', request: '{"Count":-1}' }],
  ])('%j is told', async (HostConfig, capability) => {
    expect(await reachOfSpec({ HostConfig })).toEqual([capability])
  })
})

it('asks for an image by its name alone, whatever that is called', async () => {
  await using made = await makeProject()
  await mkdir(path.join(made.path, '.devcontainer'), { recursive: true })
  await writeFile(path.join(made.path, FILE), JSON.stringify({ image: 'constructor' }))
  const project = await openProject(made.path)
  const found = await permissionsOfProject(hostOf({}), project, await readProject({}, project, undefined))
  expect(found).toContainEqual({ kind: 'image', reference: 'constructor' })
})
