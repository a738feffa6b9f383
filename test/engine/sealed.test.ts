import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { inspect } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const sealed = (more: object = {}, pristine: object = {}) =>
  devcontainer({
    image: 'busybox:1.36',
    ...more,
    customizations: { pristine: { sealed: true, ...pristine } },
  })

test('a sealed environment can be written in its workspace, its volumes and in memory, and nowhere else', async () => {
  await using project = await testProject(
    sealed({
      mounts: [
        'source=data,target=/data,type=volume',
        'source=fixed,target=/fixed,type=volume,readonly',
        'target=/scratch,type=tmpfs',
      ],
      runArgs: ['--tmpfs=/var/tmp:exec', '--tmpfs=/more:exec'],
      containerEnv: { HOME: '/root' },
    }),
  )
  const up = await project.up()
  expect((await inspect(up)).HostConfig.ReadonlyRootfs).toBe(true)
  for (const place of ['.', '/data', '/scratch', '/tmp', '/run', '/var/tmp', '/more'])
    expect(await project.exec(`echo yes > ${place}/file`), place).toMatchObject({ code: 0 })
  for (const place of ['', '/etc', '/usr', '$HOME', '/var'])
    expect(await project.exec(`echo no > ${place}/file`), place).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Read-only file system/),
    })
  expect(await readFile(path.join(project.folder, 'file'), 'utf8')).toBe('yes\n')
  const copy = (folder: string) => {
    const request = { source: path.join(project.folder, 'file'), folder, name: 'copied', replace: false }
    return project.engine.uploadFile(project.folder, request, project.run())
  }
  expect(await copy('/data')).toMatchObject({ place: 'volume' })
  for (const [place, why] of [
    ['/etc', 'The environment is sealed: copy into the workspace or a volume.'],
    ['/fixed', '/fixed is mounted read-only.'],
  ] as const)
    await expect(copy(place)).rejects.toMatchObject({ code: 'file-not-copied', why })
  // What is in memory may be run, and is anybody's.
  expect((await project.exec('cp /bin/busybox /tmp/echo && /tmp/echo run')).stdout).toBe('run\n')
  expect((await project.engine.drift(project.folder)).drift.changes).toBe(0)
  expect(await project.status()).toMatchObject({ state: 'ready', drift: { changes: 0 } })

  await project.reset()
  expect((await project.exec('cat /data/file; ls /tmp')).stdout).toBe('yes\n')
  await project.engine.restart(project.folder, project.run())
  expect((await project.exec('echo here')).stdout).toBe('here\n')
})

testEven('sealing is part of the version, and what is not sealed stays the version that it was', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  const open = await project.up()
  await project.write(sealed())
  expect(await project.up()).toMatchObject({
    version: { ordinal: 2 },
    because: [{ input: 'sealed', from: null, to: 'true' }],
  })
  await project.write(sealed({}, { sealed: false }))
  expect(await project.up()).toMatchObject({ action: 'recreated', version: open.version })
  expect(await project.exec('echo yes > /etc/file')).toMatchObject({ code: 0 })
})

testOdd('content hooks write into the image, the others run inside what is sealed', async () => {
  await using project = await testProject(
    sealed(
      {
        onCreateCommand: 'echo baked > /etc/baked && echo login=1 >> /root/.profile',
        postCreateCommand: 'cat /etc/baked > created',
        postStartCommand: 'touch /tmp/started',
      },
      { health: { command: 'test -e /etc/baked' } },
    ),
  )
  await project.up()
  expect(await readFile(path.join(project.folder, 'created'), 'utf8')).toBe('baked\n')
  expect(await project.exists('/tmp/started')).toBe(true)
})

test('a hook that writes where it cannot says that the environment is sealed; the old one stays', async () => {
  await using project = await testProject(sealed())
  const first = await project.up()
  await project.write(sealed({ postCreateCommand: 'echo x > /etc/x' }))
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    data: { hook: 'postCreateCommand', sealed: true },
    hint: expect.stringContaining('The environment is sealed: only the workspace, volumes and tmpfs'),
  })
  await project.write(sealed({ postCreateCommand: 'false' }))
  await expect(project.up()).rejects.toMatchObject({ hint: expect.stringMatching(/^Correct the command/) })
  expect((await project.status()).environment).toEqual(first.environment)
})

test.each([
  ['its program', { postStartCommand: 'true' }, {}, 'container-exited'],
  [
    'its health check',
    {},
    { health: { command: 'echo x > /etc/x', interval: '50ms', retries: 2 } },
    'not-ready',
  ],
])('%s that writes where it cannot says so too', async (_what, more, pristine, code) => {
  const fails = code === 'container-exited'
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      overrideCommand: !fails,
      userEnvProbe: 'none',
      ...more,
      customizations: { pristine: { sealed: true, ...pristine } },
    }),
    '.devcontainer/Dockerfile': `FROM busybox:1.36\nCMD ["sh", "-c", "echo ${code} > /etc/x"]\n`,
  })
  await expect(project.up()).rejects.toMatchObject({
    code,
    hint: expect.stringMatching(/^The environment is sealed/),
  })
})

test('a volume of the image where memory would be is the volume', async () => {
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      customizations: { pristine: { sealed: true } },
    }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nVOLUME /var/tmp\nVOLUME /var/lib/data\n',
  })
  const up = await project.up()
  expect(Object.keys((await inspect(up)).HostConfig.Tmpfs ?? {})).toEqual(['/run', '/tmp'])
  await project.exec('echo kept | tee /var/tmp/file /var/lib/data/file')
  await project.reset()
  expect((await project.exec('cat /var/tmp/file /var/lib/data/file')).stdout).toBe('kept\nkept\n')
})

testEven('a server runs sealed, with the folders that it writes in named', async () => {
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      overrideCommand: false,
      containerEnv: { POSTGRES_PASSWORD: 'test' },
      // Memory hides the folders that the image has in /run.
      mounts: ['target=/var/run/postgresql,type=tmpfs'],
      customizations: { pristine: { sealed: true, health: { command: 'pg_isready -h 127.0.0.1' } } },
    }),
    '.devcontainer/Dockerfile': 'FROM postgres:15\n',
  })
  expect((await project.up()).environment.state).toBe('ready')
  await project.reset()
  expect((await project.status()).drift).toEqual({ changes: 0 })
})

test('one command in a fresh container is sealed too', async () => {
  await using project = await testProject(sealed())
  expect(await pristine(project, 'run', '--', 'sh', '-c', 'touch /tmp/x && touch /etc/x')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Read-only file system'),
  })
})

testOdd(
  'where the history was lost, the image still has what content hooks made in the workspace',
  async () => {
    const own = randomBytes(6).toString('hex')
    const hook = `echo ${own} > /etc/${own} && mkdir made && echo once >> made/file`
    await using project = await testProject(sealed({ onCreateCommand: hook }))
    const first = await project.up()
    await project.engine.remove(project.folder, { data: false, versions: false })
    await rm(project.env['PRISTINE_HOME'] ?? '', { recursive: true })
    const again = await project.engine.up(project.folder, { frozen: true }, project.run())
    expect(again.version).toEqual(first.version)
    expect((await project.exec('cat made/file && echo more >> made/file')).stdout).toBe('once\n')
  },
)
