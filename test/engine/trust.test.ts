// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { recordClone } from '../../main/trust/trust-record.ts'
import { describePermission } from '../../shared/describe-permission.ts'
import type { Permission } from '../../shared/trust.ts'
import { publish } from '../rig/publish.ts'
import { halves } from '../sample.ts'
import { docker, inspect, isRunning, thingsOf } from './docker.ts'
import { git } from './git.ts'
import { pruneVersion } from './prune.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const canPublish = process.env['PRISTINE_RIG_REGISTRY'] !== undefined
const of = (more: object) => devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...more })
const nothing = { containers: [], tags: [], volumes: [] }

/** A folder of this computer beside all projects. */
async function otherFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-other-'))
  await writeFile(path.join(folder, 'file'), 'theirs\n')
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** From then on the project is a clone that Pristine made. */
const recordAsClone = async (project: TestProject) =>
  recordClone(openHost(project.env), (await openProject(project.folder)).key, 'https://example.org/shop.git')

interface Refusal {
  code: string
  exit: number
  data: { fingerprint: string; asked: Permission[] }
}

/** The refusal of work that is not trusted. */
async function refusal(work: Promise<unknown>): Promise<Refusal['data']> {
  const error = (await work.then(
    () => undefined,
    (error: unknown) => error,
  )) as Refusal | undefined
  expect(error).toMatchObject({ code: 'not-trusted', exit: 7 })
  return error?.data as Refusal['data']
}

test.each<[string, object]>([
  ['privileged', { privileged: true }],
  ['privileged, among runArgs', { runArgs: ['--init', '--privileged=true'] }],
  ['capabilities', { capAdd: ['SYS_ADMIN'] }],
  ['capabilities, split', { runArgs: ['--cap-add', 'ALL'] }],
  ['security options', { securityOpt: ['apparmor=unconfined'] }],
  ['devices', { runArgs: ['--device=/dev/sda:/dev/sda'] }],
  ["the host's network", { runArgs: ['--net=host'] }],
  ["the host's processes", { runArgs: ['--pid', 'host'] }],
  ["another container's memory", { runArgs: ['--ipc=container:other'] }],
  ['the engine', { mounts: ['source=/var/run/docker.sock,target=/var/run/docker.sock,type=bind'] }],
  ['the engine, by a folder', { runArgs: ['-v', '/run:/host-run'] }],
  ['the engine, by everything', { runArgs: ['--volume=/:/host:ro'] }],
  ['another folder', { runArgs: ['--mount=type=bind,src=/etc,dst=/x'] }],
  ['a folder above', { mounts: ['source=${localWorkspaceFolder}/..,target=/x,type=bind'] }],
  ['a link', { mounts: [{ type: 'bind', source: '${localWorkspaceFolder}/link', target: '/x' }] }],
  ['the workspace elsewhere', { workspaceMount: 'source=/etc,target=/w,type=bind', workspaceFolder: '/w' }],
  ['a command', { initializeCommand: 'touch ran' }],
  ['a command as a list', { initializeCommand: ['touch', 'ran'] }],
  ['a set of commands', { initializeCommand: { a: 'touch ran', b: ['touch', 'ran'] } }],
])('nothing happens for a definition that wants %s', async (_, more) => {
  await using project = await testProject(of(more))
  await symlink('/etc', path.join(project.folder, 'link'))
  const { asked } = await refusal(project.up())
  expect(asked.length).toBeGreaterThan(0)
  await refusal(project.plan())
  await refusal(project.up({ trust: 'f'.repeat(64) }))
  expect(await thingsOf(await project.key())).toEqual(nothing)
  expect(existsSync(path.join(project.folder, 'ran'))).toBe(false)
  expect(existsSync(path.join(project.folder, '.devcontainer/pristine.lock'))).toBe(false)
})

testEven(
  'exactly what was granted is given; a wider reach asks for the difference while the old one runs on',
  async () => {
    await using other = await otherFolder()
    const mount = (access: string) => `type=bind,source=${other.path},target=/other${access}`
    await using project = await testProject(of({ mounts: [mount(',readonly')] }))
    const { fingerprint } = await refusal(project.up())
    const first = await project.up({ trust: fingerprint })
    expect((await project.exec('cat /other/file')).stdout).toBe('theirs\n')
    expect((await project.exec('touch /other/file')).code).not.toBe(0)
    expect(await project.up()).toMatchObject({ action: 'none' })

    await project.write(of({ mounts: [mount('')], runArgs: ['--cap-add=SYS_PTRACE', '--pid=host'] }))
    const wider = await refusal(project.up())
    expect(wider.asked).toEqual([
      { kind: 'folder', source: other.path, target: '/other', access: 'write' },
      { kind: 'linux-capability', name: 'SYS_PTRACE' },
      { kind: 'namespace', namespace: 'pid', of: 'host' },
    ])
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    await refusal(project.up({ trust: fingerprint }))

    await project.write(of({ mounts: [mount('')], runArgs: ['--pid=host'] }))
    await refusal(project.up({ trust: wider.fingerprint }))
    const second = await project.up({ trust: (await refusal(project.up())).fingerprint })
    expect((await inspect(second)).HostConfig).toMatchObject({ PidMode: 'host' })
    expect((await project.exec('echo mine > /other/file')).code).toBe(0)

    // Less, or what was granted once, asks for nothing.
    await project.write(of({}))
    await project.up()
    await project.write(of({ mounts: [mount(',readonly')] }))
    expect(await project.up()).toMatchObject({ version: { id: first.version.id } })
  },
)

testOdd(
  "what is passed on to the engine is what the definition says, and a host's network needs no ports",
  async () => {
    const runArgs = ['--security-opt=seccomp=unconfined', '--device=/dev/null:/dev/other:r', '--network=host']
    await using project = await testProject(
      of({ runArgs: [...runArgs, '--uts=host', '--ipc=host'], forwardPorts: [4713], capAdd: ['SYS_PTRACE'] }),
    )
    await project.grant()
    const up = await project.up()
    const { HostConfig } = await inspect(up)
    expect(HostConfig).toMatchObject({
      NetworkMode: 'host',
      UTSMode: 'host',
      IpcMode: 'host',
      CapAdd: ['SYS_PTRACE'],
      SecurityOpt: expect.arrayContaining(['seccomp=unconfined']),
      Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/other', CgroupPermissions: 'r' }],
    })
    expect(up.environment.ports).toEqual([])
    expect((await project.reset()).action).toBe('recreated')
  },
)

test('a port is published beyond this computer only with the grant', async () => {
  await using project = await testProject(of({ appPort: ['0.0.0.0::4714'] }))
  const { asked, fingerprint } = await refusal(project.up())
  expect(asked).toEqual([{ kind: 'port', address: '0.0.0.0', port: 4714, protocol: 'tcp' }])
  const { environment } = await project.up({ trust: fingerprint })
  expect(environment.ports).toContainEqual(expect.objectContaining({ container: 4714, address: '0.0.0.0' }))
})

testEven(
  'each new container has the variables of its file, and is refused without it or a folder that it mounts',
  async () => {
    await using other = await otherFolder()
    const mounts = [`type=bind,source=${other.path},target=/other`]
    await using project = await testProject({
      ...of({ mounts, runArgs: ['--env-file', '.env'] }),
      '.env': 'A=1\n',
    })
    await project.grant()
    await project.up()
    expect((await project.exec('echo $A')).stdout).toBe('1\n')
    await project.write({ '.env': 'A=2\n' })
    expect(await project.up()).toMatchObject({ action: 'recreated' })
    expect((await project.exec('echo $A')).stdout).toBe('2\n')
    await rm(path.join(project.folder, '.env'))
    await expect(project.reset()).rejects.toMatchObject({ code: 'env-file-unusable' })
    await project.write({ '.env': 'A=2\n' })
    await rm(other.path, { recursive: true })
    const data = { source: other.path }
    await expect(project.reset()).rejects.toMatchObject({ code: 'mount-source-missing', data })
    expect((await project.status()).environment.state).toBe('ready')
  },
)

testEven('a grant is of the folder and its remote', async () => {
  await using project = await testProject(of({ runArgs: ['--pid=host'] }))
  git(project.folder, 'init', '-q')
  git(project.folder, 'remote', 'add', 'origin', 'https://ann:secret-token@example.org/shop.git')
  const sheet = await project.grant()
  expect(sheet).toMatchObject({ granted: true, remote: 'https://example.org/shop.git' })
  expect(await readFile(path.join(await homeOf(project), 'trust.json'), 'utf8')).not.toContain('secret-token')
  git(project.folder, 'remote', 'set-url', 'origin', 'https://example.org/other.git')
  await refusal(project.up())
  git(project.folder, 'remote', 'set-url', 'origin', 'https://example.org/shop.git')
  expect(await project.trust()).toMatchObject({ granted: true })
  await project.engine.revokeTrust(project.folder, undefined, project.run())
  await refusal(project.up())
})

testEven(
  'a git root above the one that the project had is asked for: code inside can break its own repository',
  async () => {
    await using project = await testProject(of({}))
    const root = path.dirname(project.folder)
    git(root, 'init', '-q')
    git(project.folder, 'init', '-q')
    const { environment } = await project.up()
    await project.exec('mv .git/HEAD .git/H')
    const { asked } = await refusal(project.up())
    expect(asked).toEqual([{ kind: 'git-root', root, earlier: project.folder }])
    await refusal(project.plan())
    expect(await isRunning(environment.containers[0]?.id ?? '')).toBe(true)
    await project.exec('mv .git/H .git/HEAD')
    expect(await project.up()).toMatchObject({ action: 'none' })
    await project.exec('mv .git/HEAD .git/H')
    await project.grant()
    await project.plan()
  },
)

testEven('the data of another repository that was in the folder before is asked for', async () => {
  const mounts = ['source=data,target=/data,type=volume']
  await using project = await testProject(of({ mounts }))
  git(project.folder, 'init', '-q')
  await project.up()
  git(project.folder, 'remote', 'add', 'origin', 'https://example.org/shop.git')
  await project.exec('echo secret >/data/file')
  // It got a remote, and is the same repository.
  await project.reset()
  git(project.folder, 'remote', 'set-url', 'origin', 'https://example.org/other.git')
  const data =
    'with the data of https://example.org/shop.git, which was in this folder before, at /data (write)'
  const { asked } = await refusal(project.up())
  expect(asked.map(describePermission)).toEqual([expect.stringContaining(data)])
  await project.grant()
  await project.reset()
  expect((await project.exec('cat /data/file')).stdout).toBe('secret\n')
  // From now on it is the other one's.
  git(project.folder, 'remote', 'set-url', 'origin', 'https://example.org/shop.git')
  await refusal(project.up())
  await project.engine.remove(project.folder, { data: true, versions: false })
  await project.up()
  expect((await project.exec('ls /data')).stdout).toBe('')
})

const homeOf = async (project: TestProject) =>
  path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key())

testOdd(
  'of a clone nothing is built, pulled or asked for before it is granted; then it is like any other',
  async () => {
    await using project = await testProject({
      ...devcontainer({
        build: { dockerfile: 'Dockerfile' },
        userEnvProbe: 'none',
        containerEnv: { A: '${localEnv:B}' },
      }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo ${process.pid} > /made\n`,
    })
    await recordAsClone(project)
    const { asked, fingerprint } = await refusal(project.up())
    expect(asked.map(({ kind }) => kind)).toEqual(['image', 'own-folder', 'network', 'variable'])
    await refusal(project.plan())
    await refusal(project.engine.lock(project.folder, {}, project.run()))
    await refusal(project.engine.outdated(project.folder, undefined, project.run()))
    await refusal(project.engine.run(project.folder, { frozen: false }, ['true'], {} as never, project.run()))
    expect(await thingsOf(await project.key())).toEqual(nothing)
    expect(existsSync(path.join(project.folder, '.devcontainer/pristine.lock'))).toBe(false)

    await project.write({ '.devcontainer/Dockerfile': `FROM busybox:1\nRUN echo ${process.pid} > /made\n` })
    await expect(
      project.engine.grantTrust(project.folder, fingerprint, undefined, project.run()),
    ).rejects.toMatchObject({
      code: 'trust-outdated',
      exit: 7,
    })
    await project.write({
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo ${process.pid} > /made\n`,
    })
    expect(
      await project.engine.grantTrust(project.folder, fingerprint, undefined, project.run()),
    ).toMatchObject({
      granted: true,
    })
    await project.up()
    // The default permissions are granted together: another build requests nothing further.
    await project.write({
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo ${process.pid} > /other\n`,
    })
    await project.up()
    expect(await project.exists('/other')).toBe(true)

    expect(await project.engine.revokeTrust(project.folder, undefined, project.run())).toMatchObject({
      granted: false,
    })
    await refusal(project.exec('true'))
    await refusal(project.engine.restart(project.folder, project.run()))
    await refusal(project.reset('v1'))
    expect(await project.status()).toMatchObject({ state: 'ready' })
    await project.engine.stop(project.folder, project.run())
  },
)

test('a damaged record of trust asks, whatever it held', async () => {
  await using project = await testProject(of({}))
  await project.up()
  await writeFile(path.join(await homeOf(project), 'trust.json'), '{"grant": {}')
  await refusal(project.up())
  await project.grant()
  expect(await project.up()).toMatchObject({ action: 'none' })
})

test.skipIf(!canPublish)('an image cannot ask for itself, whether it is pulled or built', async () => {
  await using other = await otherFolder()
  const metadata = JSON.stringify([
    { capAdd: ['SYS_PTRACE'] },
    { privileged: false, mounts: [`type=bind,source=${other.path},target=/other`] },
  ])
  const label = `LABEL devcontainer.metadata='${metadata}'\n`
  const reference = `pristine-test/asks-${process.pid}:1`
  const digest = await publish(reference, `FROM busybox:1.36\n${label}`)
  const asked = [
    { kind: 'folder', source: other.path, target: '/other', access: 'write' },
    { kind: 'linux-capability', name: 'SYS_PTRACE' },
  ]
  try {
    const dockerfile = { '.devcontainer/Dockerfile': `FROM busybox:1.36\n${label}` }
    for (const files of [
      of({ image: reference }),
      { ...of({ image: undefined, build: { dockerfile: 'Dockerfile' } }), ...dockerfile },
    ]) {
      await using project = await testProject({ ...files })
      expect(await project.trust()).toMatchObject({ granted: true })
      const up = project.up()
      await expect(up).rejects.toMatchObject({
        hint: expect.stringMatching(
          /^The image of v1 was built, and is not used; there is no environment yet\. To grant /,
        ),
      })
      const refused = await refusal(up)
      expect(refused.asked).toEqual(asked)
      expect(await thingsOf(await project.key())).toEqual(nothing)
      expect(await project.trust()).toMatchObject({
        granted: false,
        asked,
        fingerprint: refused.fingerprint,
      })
      expect(await project.grant()).toMatchObject({ granted: true })
      const { HostConfig } = await inspect(await project.up())
      expect(HostConfig).toMatchObject({ CapAdd: ['SYS_PTRACE'] })
      expect(await project.exists('/other/file')).toBe(true)
    }
  } finally {
    await docker()
      .getImage(`${reference.split(':')[0]}@${digest}`)
      .remove({ force: true })
  }
})

testEven("a secret of the person's environment is not given to what asks for it from inside", async () => {
  await using project = await testProject(of({}), { env: { SECRET: 'canary', HOME: '/home/ann' } })
  await project.up()
  const [file] = Object.keys(of({}))
  for (const more of [
    { containerEnv: { A: '${localEnv:SECRET}' } },
    { remoteEnv: { A: 'x${env:SECRET:y}' } },
    { runArgs: ['-e', 'SECRET'] },
    { postCreateCommand: { a: ['echo', '${localEnv:SECRET}'] } },
    { image: 'registry.example.org/${localEnv:SECRET}' },
  ]) {
    await project.exec(`cat > ${file} <<'END'\n${Object.values(of(more))[0]}\nEND`)
    expect((await refusal(project.up())).asked).toEqual([{ kind: 'variable', name: 'SECRET' }])
  }
  await project.write(of({ containerEnv: { A: '${localEnv:HOME}' } }))
  await project.up()
  expect((await project.exec('echo $A')).stdout).toBe('/home/ann\n')
})

testOdd("a definition that is edited from inside asks, and the person's environment goes on", async () => {
  await using other = await otherFolder()
  await using project = await testProject(of({}))
  const { environment } = await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  const mounts = [`type=bind,source=${other.path},target=/other`]
  const [[file, text] = ['', '']] = Object.entries(of({ mounts }))
  expect((await project.exec(`cat > ${file} <<'END'\n${text}\nEND`)).code).toBe(0)
  expect(await watching.until('failed')).toMatchObject({
    error: { code: 'not-trusted', data: { asked: [{ kind: 'folder', source: other.path }] } },
  })
  expect(await isRunning(environment.containers[0]?.id ?? '')).toBe(true)
  expect(await project.exists('/other')).toBe(false)
  // The watch hears of the grant by itself.
  await project.grant()
  await watching.until('swapped')
  expect(await project.exists('/other/file')).toBe(true)
})

test('a link that leads elsewhere by now asks again', async () => {
  await using one = await otherFolder()
  await using two = await otherFolder()
  await using project = await testProject(
    of({ mounts: ['type=bind,source=${localWorkspaceFolder}/link,target=/x'] }),
  )
  const link = path.join(project.folder, 'link')
  await symlink(one.path, link)
  await project.grant()
  await project.up()
  await rm(link)
  await symlink(two.path, link)
  expect((await refusal(project.up())).asked).toMatchObject([{ source: two.path }])
  await refusal(project.reset())
  await refusal(project.engine.restart(project.folder, project.run()))
  expect(await project.status()).toMatchObject({ state: 'ready' })
})

testEven('going back to a version that reaches more than is granted asks, too', async () => {
  await using project = await testProject(of({ runArgs: ['--pid=host'] }))
  await project.grant()
  await project.up()
  await project.write(of({}))
  const second = await project.up()
  await project.engine.revokeTrust(project.folder, undefined, project.run())
  const { asked, fingerprint } = await refusal(project.reset('v1'))
  expect(asked).toEqual([{ kind: 'namespace', namespace: 'pid', of: 'host' }])
  expect(await isRunning(second.environment.containers[0]?.id ?? '')).toBe(true)
  // It is no sheet of today's definition.
  expect(await project.trust()).toMatchObject({ granted: true, beyond: [] })
  await project.engine.reset(project.folder, { to: 'v1', trust: [fingerprint] }, project.run())
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 } })
})

testOdd('a version whose image is gone is not even built again without the grant', async () => {
  await using project = await testProject({
    ...of({ image: undefined, build: { dockerfile: 'Dockerfile' } }),
    '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo gone ${process.pid} > /made\n`,
  })
  await recordAsClone(project)
  await project.grant()
  const { version } = await project.up()
  await project.engine.remove(project.folder, { data: false, versions: false })
  await pruneVersion(project, 1)
  await project.engine.revokeTrust(project.folder, undefined, project.run())
  const { fingerprint } = await refusal(project.reset('v1'))
  expect(project.events.filter(({ kind }) => kind === 'step').at(-1)).toMatchObject({ name: 'Start app' })
  expect(await thingsOf(await project.key())).toEqual(nothing)
  await project.engine.reset(project.folder, { to: 'v1', trust: [fingerprint] }, project.run())
  expect(await project.status()).toMatchObject({ version: { id: version.id } })
})
