import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { connect } from '../../main/docker/connection/connect.ts'
import { exec } from '../../main/docker/exec/exec.ts'
import { createEngine } from '../../main/engine.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { sampled } from '../sample.ts'
import { pristine, start } from './command.ts'
import { docker } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

/** The arguments of what runs in a project's environment, sorted, without what keeps it alive. */
const programsOf = async (project: TestProject): Promise<string[]> =>
  programsIn((await project.status()).environment.containers[0]?.id)

/** The same of a container, without a command of Pristine's, which ends what others left. */
async function programsIn(container = ''): Promise<string[]> {
  const { Processes } = await docker().getContainer(container).top({ ps_args: '-eo pid,args' })
  const all = (Processes as string[][]).map(([, args = '']) => args)
  return all.filter((args) => /\b47\d\d\b/.test(args)).sort()
}

/** Waits until a command inside has said that it runs. */
async function begun({ stdout }: ChildProcess): Promise<void> {
  for await (const [chunk] of stdout ? on(stdout) : []) if (chunk.includes('begun')) return
}

async function* on(stream: NodeJS.ReadableStream): AsyncGenerator<[Buffer]> {
  for (;;) yield (await once(stream, 'data')) as [Buffer]
}

const plain = devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' })
const asDev = {
  ...devcontainer({ build: { dockerfile: 'Dockerfile' }, remoteUser: 'dev', userEnvProbe: 'none' }),
  '.devcontainer/Dockerfile':
    'FROM debian:bookworm-slim\nRUN useradd -m dev && cp /bin/sleep /bin/sleep-as-root && chmod u+s /bin/sleep-as-root\n',
}

test('a command that is interrupted gets the signal, and ends with all that it started', async () => {
  await using project = await testProject(asDev)
  await project.up()
  const interrupted = [
    ['SIGINT', 130, 'sh', '-c', 'sleep 4701; true'],
    ['SIGTERM', 143, 'sh', '-c', 'exec sleep 4702'],
    ['SIGINT', 9, 'sh', '-c', 'trap "exit 9" INT; sleep 4703 & wait'],
    ['SIGTERM', 143, 'sh', '-c', 'trap "" TERM; sleep 4704 & wait; sleep 4704'],
    ['SIGTERM', 143, 'sh', '-c', 'setsid sleep 4705; true'],
    ['SIGTERM', 143, 'env', '-i', 'sh', '-c', 'sleep 4706; true'],
    ['SIGTERM', 143, 'env', '-i', 'A=1', 'sh', '-c', 'sleep 4708; true'],
    ['SIGTERM', 143, 'sleep-as-root', '4707'],
  ] as const
  for (const [signal, code, ...command] of sampled(interrupted, 3)) {
    const child = start(project, ['exec', '--', ...command])
    await vi.waitFor(async () => expect(await programsOf(project)).not.toEqual([]), 20_000)
    const stderr = child.stderr ? text(child.stderr) : ''
    child.kill(signal)
    const [ended] = await once(child, 'exit')
    expect({ command, ended, stderr: await stderr }).toEqual({ command, ended: code, stderr: '' })
    expect(await programsOf(project)).toEqual([])
  }
})

test('a command that is cancelled says that what it did stays', async () => {
  await using project = await testProject(plain)
  await project.up()
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const terminal = { ...streams, tty: false, interactive: false }
  const command = ['sleep', '4710']
  await expect(
    project.engine.exec(project.folder, command, terminal, project.run(AbortSignal.abort())),
  ).rejects.toMatchObject({ code: 'cancelled', exit: 130, hint: 'What the command did until then stays.' })
  expect(await programsOf(project)).toEqual([])
})

test('what a killed client left running is ended by the next command', async () => {
  await using project = await testProject(plain)
  await project.up()
  await project.exec('sleep 4711 > /dev/null 2>&1 &')
  const child = start(project, ['exec', '--', 'sh', '-c', 'echo begun; sleep 4712; true'])
  await begun(child)
  // One whose client lives is left alone.
  const other = start(project, ['exec', '--', 'sh', '-c', 'echo begun; sleep 4713'])
  await begun(other)
  child.kill('SIGKILL')
  await once(child, 'exit')
  // In a paused environment nothing can be ended, and nothing is forgotten.
  const [container] = (await project.status()).environment.containers
  await docker()
    .getContainer(container?.id ?? '')
    .pause()
  await project.status()
  await docker()
    .getContainer(container?.id ?? '')
    .unpause()
  expect(await project.exec('echo next')).toMatchObject({ stdout: 'next\n' })
  expect(await programsOf(project)).toEqual(['sleep 4711', 'sleep 4713'])
  other.kill('SIGTERM')
  await once(other, 'exit')
  expect(await programsOf(project)).toEqual(['sleep 4711'])
})

test('what goes on after the connection to the engine broke is ended by the next command', async () => {
  await using project = await testProject(plain)
  const [container] = (await project.up()).environment.containers
  for (const isInterrupted of [false, true]) {
    await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
    const engine = createEngine({ ...project.env, DOCKER_HOST: proxy.address })
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
    const terminal = { ...streams, tty: false, interactive: false }
    const interrupt = new AbortController()
    const running = engine.exec(project.folder, ['sleep', '4714'], terminal, project.run(interrupt.signal))
    running.catch(() => {})
    await vi.waitFor(async () => expect(await programsIn(container?.id)).toEqual(['sleep 4714']), 20_000)
    if (isInterrupted) {
      const lost = proxy.at(({ path }) => path === '/containers/#/exec', 'before', { kind: 'reset' })
      interrupt.abort()
      await lost
    } else await proxy.close()
    await expect(running).rejects.toMatchObject({ code: 'engine-unreachable' })
    expect(await programsIn(container?.id)).toEqual(['sleep 4714'])
    await project.status()
    expect(await programsIn(container?.id)).toEqual([])
  }
})

test('start-up files that hang are ended with the command that reads them, and read once for each start', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'loginShell',
      postStartCommand: 'echo "sleep 4751" > ~/.profile',
    }),
  )
  const [container] = (await project.up()).environment.containers
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const child = start(project, ['exec', '--', 'true'])
    await vi.waitFor(async () => expect(await programsIn(container?.id)).not.toEqual([]), 20_000)
    const began = performance.now()
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual(signal === 'SIGINT' ? [130, null] : [null, signal])
    // The shell is given ten seconds.
    expect(performance.now() - began).toBeLessThan(8_000)
    if (signal === 'SIGKILL') {
      expect(await programsIn(container?.id)).not.toEqual([])
      await project.status()
    }
    expect(await programsIn(container?.id)).toEqual([])
  }
  const first = await pristine(project, 'exec', '--', 'echo', 'done')
  expect(first).toMatchObject({ code: 0, stdout: 'done\n' })
  expect(first.stderr).toContain('it did not end within 10 s')
  const next = await pristine(project, 'exec', '--', 'echo', 'done')
  expect(next).toEqual({ code: 0, stdout: 'done\n', stderr: '' })
})

test('what a killed client ran in an environment that goes on, a health check or data.freeze, is ended', async () => {
  await using project = await testProject({
    ...devcontainer({
      ...{ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none', overrideCommand: false },
      mounts: ['source=data,target=/data,type=volume'],
      customizations: { pristine: { data: { freeze: 'test ! -e /tmp/slow || sleep 4762' } } },
    }),
    // The engine's own checks have no id.
    '.devcontainer/Dockerfile': `FROM busybox:1.36
HEALTHCHECK --interval=1s --timeout=60s --retries=1 CMD test ! -e /tmp/bad || { test -z "$PRISTINE_EXEC_ID" || sleep 4761; exit 1; }
CMD ["sleep", "9999"]
`,
  })
  const [container] = (await project.up()).environment.containers
  const killedAt = async (program: string, ...command: string[]) => {
    const child = start(project, command)
    await vi.waitFor(async () => expect(await programsIn(container?.id)).toContain(program), 20_000)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await programsIn(container?.id)).toContain(program)
    await project.status()
    expect(await programsIn(container?.id)).toEqual([])
  }
  await project.exec('touch /tmp/slow')
  await killedAt('sleep 4762', 'snapshot', 'take', 'mine')
  await project.exec('rm /tmp/slow; touch /tmp/bad')
  await vi.waitFor(async () => expect((await project.status()).environment.state).toBe('unhealthy'), 20_000)
  await killedAt('sleep 4761', 'up')
})

test('a terminal that is closed ends what it runs; what left it on purpose goes on', async () => {
  await using project = await testProject(plain)
  await project.up()
  const closed = new AbortController()
  const [stdin, stdout] = [new PassThrough(), new PassThrough()]
  const terminal = { stdin, stdout, stderr: stdout, tty: true, interactive: true }
  const running = project.engine.exec(project.folder, ['sh'], terminal, project.run(closed.signal))
  stdin.write('sleep 4721 & (trap "" HUP; exec sleep 4722) & setsid sleep 4723 &\nsleep 4724\n')
  await vi.waitFor(async () => expect((await programsOf(project)).length).toBe(4), 20_000)
  closed.abort()
  await running
  expect(await programsOf(project)).toEqual(['sleep 4722', 'sleep 4723'])
})

test('a health check that takes too long is ended each time', async () => {
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      userEnvProbe: 'none',
      overrideCommand: false,
      postStartCommand: '(sleep 2; touch /tmp/ok) > /dev/null 2>&1 &',
    }),
    '.devcontainer/Dockerfile':
      'FROM busybox:1.36\nHEALTHCHECK --interval=60s --timeout=500ms CMD test -e /tmp/ok || sleep 4731\nCMD ["sleep", "9999"]\n',
  })
  expect((await project.up()).environment.state).toBe('ready')
  expect(await programsOf(project)).toEqual([])
})

test.skipIf(process.getuid?.() !== 0)(
  'without a shell inside, a program is ended from outside where this computer may',
  async () => {
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none', overrideCommand: false }),
      '.devcontainer/Dockerfile':
        'FROM busybox:1.36 AS base\nFROM scratch\nCOPY --from=base /bin/busybox /\nCMD ["/busybox", "sleep", "9999"]\n',
    })
    const [container] = (await project.up()).environment.containers
    const late = AbortSignal.timeout(1_000)
    const command = ['/busybox', 'sleep', '4741']
    const running = exec(await connect(project.env), container?.id ?? '', { command }, () => {}, late)
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await vi.waitFor(async () => expect(await programsOf(project)).toEqual([]), 5_000)
  },
)
