import { execFileSync } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openProject } from '../../main/store/open-project.ts'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { docker, inspect, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven] = halves(test)

/** A repository is a stranger: what it may not do, and what damage it or a crash may not spread. */
const ledgerOf = async (project: TestProject) =>
  path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key(), 'ledger.jsonl')
const posix = process.platform !== 'win32'

test.runIf(posix)(
  'a Dockerfile that is a link out of the project is refused, and nothing of it is shown',
  async () => {
    await using project = await testProject({ file: '1' })
    await symlink('/etc/passwd', path.join(project.folder, 'Dockerfile'))
    const failure = await project.plan().catch((error: Error & { why: string }) => error)
    expect(failure).toMatchObject({ code: 'definition-invalid', why: expect.stringContaining('link') })
    expect(JSON.stringify(failure)).not.toContain('root:')
  },
)

test.runIf(posix).for([
  ['build.context', { build: { dockerfile: 'Dockerfile', context: 'link' } }],
  ['build.context below it', { build: { dockerfile: 'Dockerfile', context: 'link/sub' } }],
  ['the older context', { dockerFile: 'Dockerfile', context: 'link' }],
] as const)(
  '%s that is a link out of the project is refused, and nothing of it is read',
  async ([, definition]) => {
    await using outside = await testProject({ 'sub/secret': 'own', secret: 'own' })
    await using project = await testProject({
      '.devcontainer.json': JSON.stringify(definition),
      Dockerfile: 'FROM busybox:1.36\nCOPY secret /stolen\n',
    })
    await symlink(outside.folder, path.join(project.folder, 'link'))
    const context = "the build context link\\S* is a link that leaves the project's folder"
    await expect(project.up()).rejects.toMatchObject({
      code: 'definition-invalid',
      why: expect.stringMatching(context),
    })
    await rm(path.join(project.folder, 'link'))
    await mkdir(path.join(project.folder, 'own/sub'), { recursive: true })
    await project.write({ 'own/sub/secret': 'inside', 'own/secret': 'inside' })
    await symlink('own', path.join(project.folder, 'link'))
    expect(await project.plan()).toMatchObject({ action: 'built' })
  },
)

test('what an older builder takes for instructions of a here-document is never run unpinned', async () => {
  await using project = await testProject({
    Dockerfile:
      'FROM busybox:1.36\nRUN <<ENTRYPOINT\nFROM debian:bookworm-slim\nENTRYPOINT\nCMD ["sleep","1000"]\n',
  })
  const refused = await project.up().then(
    () => undefined,
    (error: unknown) => error,
  )
  // The rig's builder is one; newer ones run the line in a shell, which has no such command.
  expect(refused).toMatchObject({ code: 'build-failed', data: { line: 2 } })
  expect(await project.versions()).toEqual([])
})

test.runIf(posix)('a pipe in the place of a Dockerfile or a lock is an error, not a wait', async () => {
  await using project = await testProject({})
  execFileSync('mkfifo', [path.join(project.folder, 'Dockerfile')])
  await expect(project.plan()).rejects.toMatchObject({ code: 'definition-invalid' })
  await rm(path.join(project.folder, 'Dockerfile'))
  await project.write({ Dockerfile: 'FROM busybox:1.36\n' })
  execFileSync('mkfifo', [path.join(project.folder, 'pristine.lock')])
  await expect(project.plan()).rejects.toMatchObject({ code: 'lock-invalid' })
})

test.runIf(posix)('a lock that is a link is refused, and nothing of its target is shown', async () => {
  await using project = await testProject({ Dockerfile: 'FROM busybox:1.36\n' })
  await symlink('/etc/passwd', path.join(project.folder, 'pristine.lock'))
  const failure = await project.plan().catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'lock-invalid' })
  expect(JSON.stringify(failure)).not.toContain('root:')
})

test('an empty .git, and a home under git, widen nothing', async () => {
  await using project = await testProject({ file: '1' })
  const inner = path.join(project.folder, 'inner')
  await mkdir(path.join(project.folder, '.git'))
  await mkdir(inner)
  expect((await openProject(inner)).gitRoot).toBeUndefined()
  await writeFile(path.join(project.folder, '.git/HEAD'), 'ref: refs/heads/main\n')
  expect((await openProject(inner)).gitRoot).toBe(project.folder)
  expect((await openProject(homedir())).gitRoot).toBeUndefined()
})

test('what a repository names does not command the terminal', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      forwardPorts: [4712],
      portsAttributes: { 4712: { label: 'a\u001b]52;c;aGk=\u0007b' } },
    }),
  )
  for (const verb of ['up', 'ports', 'status']) {
    const { stdout, stderr } = await pristine(project, verb)
    expect(stdout + stderr).toContain('a]52;c;aGk=b')
    expect(stdout + stderr).not.toContain('\u001b]')
  }
})

test.each([
  ['{"Image":"1","NewerPart":"2"}', '{"4711/tcp":{"newer":true}}'],
  ['{"Image":["newer"]}', '[]'],
  ['null', 'null'],
  ['2', '{'],
])('labels of a newer Pristine, or of anybody, are no reason to fail: %s', async (request, portLabels) => {
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', forwardPorts: [4711] }),
  )
  const first = await project.up()
  const { Config, HostConfig, Id } = await inspect(first)
  const Labels = {
    ...Config.Labels,
    'dev.pristine.schema': '2',
    'dev.pristine.request': request,
    'dev.pristine.port-labels': portLabels,
  }
  await docker().getContainer(Id).remove({ force: true })
  const other = await docker().createContainer({ ...Config, Hostname: '', Labels, HostConfig })
  await other.start()
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 }, environment: { ports: [{}] } })
  expect(await project.engine.list()).toHaveLength(1)
  expect(await project.up()).toMatchObject({ action: 'recreated', environment: { state: 'ready' } })
  expect((await thingsOf(await project.key())).containers).toHaveLength(1)
})

test('a plan that an image carries and its version was not made of is not taken, and that is reported', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
  const { version } = await project.up()
  const plan = JSON.stringify({ planVersion: 3, services: {} })
  const container = (await project.status()).environment.containers[0]?.id ?? ''
  const { Id } = (await docker()
    .getContainer(container)
    .commit({
      _query: { container },
      _body: { Labels: { 'dev.pristine.plan': plan } },
    } as never)) as unknown as {
    Id: string
  }
  const [repo = '', tag = ''] = version.image.split(':')
  await docker().getImage(Id).tag({ repo, tag })
  await rm(path.join(project.env['PRISTINE_HOME'] ?? '', 'versions'), { recursive: true })
  // The checkout makes the same plan.
  expect(await project.exec('true')).toMatchObject({ code: 0 })
  await project.write(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', init: false }))
  await expect(project.reset()).rejects.toMatchObject({
    code: 'plan-lost',
    hint: expect.stringContaining('pristine up'),
  })
})

test('one history that cannot be read does not hide the other projects', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.up()
  await rm(await ledgerOf(project))
  await mkdir(await ledgerOf(project))
  expect(await project.engine.list()).toMatchObject([{ state: 'unreadable' }])
  // With the damage gone the project can be cleaned up.
  await rm(await ledgerOf(project), { recursive: true })
})

testEven('a lost history moves no name of a version that is there', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  const first = await project.up()
  await project.write(devcontainer({ image: 'busybox:1.36', containerEnv: { N: '2' } }))
  await project.up()
  await rm(await ledgerOf(project))
  expect((await project.status()).version).toMatchObject({ ordinal: 2 })
  await project.write(devcontainer({ image: 'busybox:1.36', containerEnv: { N: '3' } }))
  expect((await project.up()).version.ordinal).toBe(3)
  await project.write(devcontainer({ image: 'busybox:1.36' }))
  expect((await project.up()).version).toEqual(first.version)
})
