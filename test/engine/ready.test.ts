import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import type { OperationEvent } from '../../shared/operation.ts'
import { halves } from '../sample.ts'
import { pristine, start } from './command.ts'
import { docker, inspect, isRunning, thingsOf } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** A project whose own program runs, with Pristine's health settings. */
const program = (dockerfile: string, health?: object, more: object = {}) => ({
  ...devcontainer({
    build: { dockerfile: 'Dockerfile' },
    overrideCommand: false,
    userEnvProbe: 'none',
    ...more,
    ...(health && { customizations: { pristine: { health } } }),
  }),
  '.devcontainer/Dockerfile': dockerfile,
})
const SLOW = 'FROM busybox:1.36\nCMD ["sh", "-c", "sleep 1; touch /up; exec sleep 1000"]\n'

test("an environment is ready once its definition's health command passed", async () => {
  await using project = await testProject(program(SLOW, { command: 'test -e /up' }))
  const up = await project.up()
  expect(up.environment.state).toBe('ready')
  expect(await project.exists('/up')).toBe(true)
})

test('without an interval the engine checks rarely, what passed shows at once, and what fails later is seen', async () => {
  const web = 'build: {context: ., dockerfile: .devcontainer/Dockerfile}'
  await using project = await testProject({
    ...program(
      SLOW,
      { command: 'test -e /up', retries: 2 },
      { build: undefined, dockerComposeFile: '../compose.yaml', service: 'web' },
    ),
    'compose.yaml': `services:\n  web: {${web}}\n`,
  })
  const up = await project.up()
  expect((await inspect(up)).Config.Healthcheck).toMatchObject({ Interval: 30e9, Retries: 2 })
  expect(up.environment.services).toMatchObject([{ name: 'web', health: { kind: 'healthy' } }])
  expect((await project.status()).environment.services).toMatchObject([{ health: { kind: 'healthy' } }])
  await project.exec('rm /up')
  await vi.waitFor(async () => expect(await project.status()).toMatchObject({ state: 'unhealthy' }), 90_000)
}, 150_000)

test("an image's HEALTHCHECK is waited for without waiting for its interval", async () => {
  await using project = await testProject(
    program(SLOW.replace('CMD', 'HEALTHCHECK --interval=1h --timeout=5s --retries=2 CMD test -e /up\nCMD')),
  )
  expect((await project.up()).environment.state).toBe('ready')
  expect(await project.exists('/up')).toBe(true)
})

test("an image's HEALTHCHECK is not waited for where its program does not run", async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
    '.devcontainer/Dockerfile':
      'FROM busybox:1.36\nHEALTHCHECK --interval=1s --retries=2 CMD wget -q localhost\nCMD ["httpd", "-f"]\n',
  })
  const up = await project.up()
  expect((await inspect(up)).Config.Healthcheck).toMatchObject({ Test: ['NONE'] })
  expect((await project.status()).state).toBe('ready')
  expect((await project.up()).action).toBe('none')
})

testEven(
  'an environment that is never healthy is not ready: the old one is back, and the reason is told',
  async () => {
    await using project = await testProject(program('FROM busybox:1.36\nCMD ["sleep", "1000"]\n'))
    const first = await project.up()
    const before = await thingsOf(await project.key())
    await project.write(
      program('FROM busybox:1.36\nCMD ["sh", "-c", "echo still starting; exec sleep 1000"]\n', {
        command: 'echo not yet; exit 1',
        interval: '300ms',
        retries: 3,
      }),
    )
    const events: OperationEvent[] = []
    const run = {
      signal: new AbortController().signal,
      report: (event: OperationEvent) => void events.push(event),
    }
    await expect(project.engine.up(project.folder, { frozen: false }, run)).rejects.toMatchObject({
      code: 'not-ready',
      exit: 6,
      data: {
        check: expect.stringContaining('ended with 1 ("not yet")'),
        output: ['still starting'],
      },
    })
    // Who watches knows it before it is undone.
    expect(events.filter(({ kind }) => kind === 'undoing')).toMatchObject([{ error: { code: 'not-ready' } }])
    expect((await thingsOf(await project.key())).containers).toEqual(before.containers)
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    expect(await project.versions()).toMatchObject([
      { ordinal: 2, knownGood: false },
      { ordinal: 1, knownGood: true },
    ])
  },
)

testOdd('a health command that hangs counts as failed', async () => {
  await using project = await testProject(
    program('FROM busybox:1.36\nCMD ["sleep", "1000"]\n', {
      command: ['sleep', '600'],
      timeout: '500ms',
      interval: '100ms',
      retries: 3,
    }),
  )
  await expect(project.up()).rejects.toMatchObject({
    code: 'not-ready',
    data: { check: 'the health check "sleep 600" did not end within 0.5 s' },
  })
})

test('a program that ends is reported with its exit code and its last words; the old environment lives', async () => {
  await using project = await testProject(program('FROM busybox:1.36\nCMD ["sleep", "1000"]\n'))
  const first = await project.up()
  await project.write(
    program('FROM busybox:1.36\nCMD ["sh", "-c", "echo cannot find my file >&2; exit 12"]\n'),
  )
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-exited',
    exit: 6,
    data: { service: 'app', code: 12, output: ['cannot find my file'] },
  })
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
})

test('a program that ends while its health is awaited is reported as ended', async () => {
  await using project = await testProject(
    program('FROM busybox:1.36\nCMD ["sh", "-c", "echo giving up; sleep 1; exit 3"]\n', { command: 'false' }),
  )
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-exited',
    data: { code: 3, output: ['giving up'] },
  })
})

testEven('a program that is killed for its use of memory is reported as that', async () => {
  const greedy = 'FROM busybox:1.36\nCMD ["tail", "/dev/zero"]\n'
  await using project = await testProject(
    program(greedy, { command: 'false' }, { runArgs: ['--memory', '16m'] }),
  )
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-exited',
    message: expect.stringMatching(/it was killed(?:, most likely)? for using too much memory/),
    hint: expect.stringContaining('Give it more memory'),
  })
  expect((await thingsOf(await project.key())).containers).toEqual([])
})

testOdd('health that comes and goes is shown, and replaces nothing', async () => {
  await using project = await testProject(
    program('FROM busybox:1.36\nCMD ["sh", "-c", "touch /up; exec sleep 1000"]\n', {
      command: 'test -e /up',
      interval: '100ms',
      retries: 1,
    }),
  )
  const { environment } = await project.up()
  const becomes = (state: string) =>
    vi.waitFor(async () => expect(await project.status()).toMatchObject({ state }), 20_000)
  const same = { action: 'none', environment: { state: 'ready', containers: environment.containers } }
  await project.exec('rm /up')
  await becomes('unhealthy')
  await project.exec('touch /up')
  await becomes('ready')
  expect(await project.up()).toMatchObject(same)
  await project.exec('rm /up')
  await becomes('unhealthy')
  // What comes after "pristine up &&" must not run.
  const { code, stdout } = await pristine(project, 'up', '--json')
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({
    code: 6,
    error: {
      code: 'not-ready',
      message: expect.stringMatching(/^The environment runs, and did not become healthy within \d s: /),
      hint: expect.stringContaining('"pristine restart"'),
      data: { wasReady: true },
    },
  })
  expect(await project.status()).toMatchObject({
    state: 'unhealthy',
    environment: { containers: environment.containers },
  })
  // Who watches may be about to mend it.
  const watching = start(project, ['watch', '--json'])
  const [printed] = await once(watching.stdout ?? process.stdout, 'data')
  expect(String(printed)).toContain('"kind":"following"')
  watching.kill('SIGINT')
  await once(watching, 'exit')
})

test('up waits for an unhealthy environment as for a start', async () => {
  await using project = await testProject(
    program('FROM busybox:1.36\nCMD ["sh", "-c", "touch /up; exec sleep 1000"]\n', {
      command: 'test -e /up',
      interval: '500ms',
      retries: 20,
    }),
  )
  await project.up()
  await project.exec('rm /up')
  await vi.waitFor(async () => expect(await project.status()).toMatchObject({ state: 'unhealthy' }), 60_000)
  const from = project.events.length
  const up = project.up()
  const asks = expect.objectContaining({ phase: 'health', state: 'running' })
  await vi.waitFor(() => expect(project.events.slice(from)).toContainEqual(asks), 60_000)
  await project.exec('touch /up')
  expect(await up).toMatchObject({ action: 'none', environment: { state: 'ready' } })
})

test('a check that takes its time has all its retries', async () => {
  await using project = await testProject(
    program('FROM busybox:1.36\nCMD ["sh", "-c", "sleep 9; touch /up; exec sleep 1000"]\n', {
      command: 'sleep 2; test -e /up',
      interval: '1s',
      timeout: '10s',
      retries: 5,
    }),
  )
  expect((await project.up()).environment.state).toBe('ready')
})

test('a command that does not exist is reported by its name', async () => {
  await using project = await testProject(program('FROM busybox:1.36\nCMD ["/no/such/program"]\n'))
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-exited',
    data: { code: 127, output: [expect.stringContaining('/no/such/program')] },
  })
  expect((await thingsOf(await project.key())).containers).toEqual([])
})

test('a command that the engine itself cannot start is reported with its words', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, overrideCommand: false, init: false }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCMD ["/no/such/program"]\n',
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-not-started',
    exit: 6,
    data: { problem: expect.stringContaining('/no/such/program') },
  })
  expect((await thingsOf(await project.key())).containers).toEqual([])
})

test.each([
  ['--network=absent_default', {}, 'The network absent_default is not on the engine.'],
  [
    '--network=absent_default',
    { onCreateCommand: 'true' },
    'The network absent_default is not on the engine.',
  ],
  ['--pid=container:absent-db', {}, 'The container absent-db is not on the engine.'],
])('a definition that joins with %s what is not there says so %j', async (option, more, message) => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36', runArgs: [option], ...more }))
  await project.grant()
  await expect(project.up()).rejects.toMatchObject({ code: 'external-missing', exit: 6, message })
  expect((await thingsOf(await project.key())).containers).toEqual([])
})

const SCRATCH = 'FROM busybox:1.36 AS base\nFROM scratch\nCOPY --from=base /bin/busybox /\n'

test.each([
  ['at its start', {}],
  ['at its start, without an init', { init: false }],
  ['when it is baked', { onCreateCommand: ['/busybox', 'true'] }],
])('an image without a shell cannot be kept alive, and that is told %s', async (_, more) => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, ...more }),
    '.devcontainer/Dockerfile': SCRATCH,
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'shell-missing',
    hint: expect.stringContaining('"overrideCommand": false'),
  })
  // What helps is what is told.
  await project.write({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, overrideCommand: false }),
    '.devcontainer/Dockerfile': `${SCRATCH}CMD ["/busybox", "sleep", "9999"]\n`,
  })
  expect((await project.up()).environment.state).toBe('ready')
})

testEven('a hook that is one text fails with an error that its image has no shell', async () => {
  const definition = (hook: unknown) =>
    devcontainer({ build: { dockerfile: 'Dockerfile' }, overrideCommand: false, postStartCommand: hook })
  await using project = await testProject({
    ...definition('/busybox touch /done'),
    '.devcontainer/Dockerfile': `${SCRATCH}CMD ["/busybox", "sleep", "9999"]\n`,
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'shell-missing',
    data: { service: 'app', hook: 'postStartCommand' },
    hint: expect.stringContaining('list of words'),
  })
  // What keeps a container for one command is a shell, too.
  await project.write(definition(undefined))
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const io = { ...terminal, tty: false, interactive: false }
  await expect(
    project.engine.run(project.folder, { frozen: false }, ['/busybox', 'true'], io, project.run()),
  ).rejects.toMatchObject({ code: 'shell-missing', hint: expect.stringContaining('"pristine exec"') })
  await project.write(definition(['/busybox', 'touch', '/done']))
  expect((await project.up()).environment.state).toBe('ready')
})

testOdd("nothing of the image's is needed to keep a container alive", async () => {
  const [PATH, images] = ['/etc', ['busybox:1.36', 'debian:bookworm-slim']]
  await using project = await testProject({})
  for (const image of images) {
    await project.write(devcontainer({ image, userEnvProbe: 'none', containerEnv: { PATH } }))
    const up = await project.up()
    const container = docker().getContainer((await inspect(up)).Id)
    const { Processes } = await container.top({ ps_args: '-eo pid,stat,args' })
    // One shell waits, the other is stopped: nobody is at work.
    const shells = (Processes as string[][]).filter(([, , args]) => args?.startsWith('/bin/sh'))
    expect(shells.map(([, state]) => state?.charAt(0)).sort()).toEqual(['S', 'T'])
    expect(String(await container.logs({ stdout: true, stderr: true }))).toBe('')
    await project.engine.stop(project.folder, project.run())
    // It ended when it was asked to: who waits out the time to end is killed, which is 137.
    expect((await container.inspect()).State).toMatchObject({ Running: false, ExitCode: expect.any(Number) })
    expect((await container.inspect()).State.ExitCode).not.toBe(137)
  }
})

testEven('cancelling while health is awaited brings the old environment back', async () => {
  await using project = await testProject(program('FROM busybox:1.36\nCMD ["sleep", "1000"]\n'))
  const first = await project.up()
  await project.write(program('FROM busybox:1.36\nCMD ["sleep", "1001"]\n', { command: 'false' }))
  const controller = new AbortController()
  const up = project.engine.up(
    project.folder,
    { frozen: false },
    {
      signal: controller.signal,
      report: (event) => {
        if (event.kind === 'step' && event.name.startsWith('Health check')) controller.abort()
      },
    },
  )
  await expect(up).rejects.toMatchObject({ code: 'cancelled' })
  expect((await project.status()).environment.containers).toEqual(first.environment.containers)
  expect((await thingsOf(await project.key())).containers).toHaveLength(1)
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
})

test('a container that somebody removes while its check is awaited was removed, and is not at fault', async () => {
  await using project = await testProject(program(SLOW, { command: 'false', retries: 1000 }))
  let removed: Promise<unknown> | undefined
  const remove = (event: OperationEvent) => {
    if (event.kind !== 'step' || event.name !== 'Health check') return
    removed ??= docker().getContainer(event.id.slice('health '.length)).remove({ force: true })
  }
  const { signal } = new AbortController()
  const up = project.engine.up(project.folder, { frozen: false }, { signal, report: remove })
  await expect(up).rejects.toMatchObject({ code: 'removed-meanwhile', exit: 1 })
  await removed
})

testOdd('a hook that ends its container is no start, whichever hook it is', async () => {
  await using project = await testProject({})
  for (const hook of ['postCreateCommand', 'postAttachCommand']) {
    await project.write(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', [hook]: 'kill 1' }))
    await expect(project.up()).rejects.toMatchObject({ code: 'container-exited', exit: 6 })
  }
  await project.write(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      postStartCommand: 'test ! -e /again || kill 1',
    }),
  )
  await project.up()
  await project.exec('touch /again')
  await expect(project.engine.restart(project.folder, project.run())).rejects.toMatchObject({
    code: 'container-exited',
  })
})
