import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { COMMAND_LINE } from '../built.ts'
import { authority } from '../rig/commands.ts'
import { halves } from '../sample.ts'
import { start } from './command.ts'
import { docker, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const verify = (project: TestProject) => project.engine.verify(project.folder, undefined, project.run())

/** `pristine run -- sh -c COMMAND`. */
async function runOnce(project: TestProject, command: string, options: { frozen?: boolean } = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const said = Promise.all([text(stdout), text(stderr)])
  const terminal = { stdin: new PassThrough(), stdout, stderr, tty: false, interactive: false }
  const { frozen = false } = options
  const code = await project.engine
    .run(project.folder, { frozen }, ['sh', '-c', command], terminal, project.run())
    .finally(() => {
      stdout.end()
      stderr.end()
    })
  const [out, err] = await said
  return { code, stdout: out, stderr: err }
}

test('verifying agrees when lock, image and environment are what the checkout says', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await expect(verify(project)).rejects.toMatchObject({ code: 'lock-outdated', exit: 3 })
  await project.engine.lock(project.folder, {}, project.run())
  expect(await verify(project)).toMatchObject({ image: false, environment: false, ordinal: null })
  const { version } = await project.up()
  expect(await verify(project)).toEqual({
    id: version.id,
    ordinal: 1,
    image: true,
    environment: true,
    state: 'ready',
    trusted: true,
  })
})

test('verifying fails when the environment runs something else, and names the inputs', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.up()
  await project.write(devcontainer({ image: 'busybox:1.36', containerEnv: { A: '1' } }))
  const failure = (await verify(project).catch((error: unknown) => error)) as Error & { why: string }
  expect(failure).toMatchObject({ code: 'version-mismatch', exit: 8 })
  expect(failure.why).toContain('containerEnv.A')
})

testEven(
  'verifying fails when the tag of the version is on another image, whatever its labels say',
  async () => {
    await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
    const { version } = await project.up()
    const [repository = '', tag = ''] = version.image.split(':')
    const container = docker().getContainer((await project.status()).environment.containers[0]?.id ?? '')
    const forged = {
      _query: { container: container.id },
      _body: { Labels: { 'dev.pristine.version': version.id } },
    }
    const { Id } = (await container.commit(forged as never)) as unknown as { Id: string }
    await docker().getImage(Id).tag({ repo: repository, tag })
    await expect(verify(project)).rejects.toMatchObject({ code: 'version-mismatch', exit: 8 })
  },
)

test("a single run has its own container and empty data, gives the command's exit code, and leaves nothing", async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      mounts: ['source=data,target=/data,type=volume'],
      remoteEnv: { COLOUR: 'blue' },
      postCreateCommand: 'touch /prepared',
    }),
  )
  const first = await project.up()
  await project.exec('touch /data/precious /mess')
  const before = await thingsOf(await project.key())
  const result = await runOnce(
    project,
    'echo $COLOUR; ls /data /mess /prepared; pwd; touch /data/other; exit 3',
  )
  expect(result).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^blue\n\/prepared\n\s*\/data:\n\/workspaces\/project\n$/),
  })
  expect(result.stderr).toContain('/mess')
  expect(await thingsOf(await project.key())).toEqual(before)
  expect((await project.exec('ls /data')).stdout).toBe('precious\n')
  expect((await project.status()).environment).toEqual(first.environment)
})

testOdd('a single run builds what is missing, and needs no environment', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
  expect(await runOnce(project, 'echo built').catch((error: unknown) => error)).toMatchObject({
    code: 0,
    stdout: 'built\n',
  })
  expect((await project.status()).state).toBe('absent')
  expect(await project.versions()).toMatchObject([{ ordinal: 1, knownGood: false, present: true }])
  expect(await project.up()).toMatchObject({ action: 'started', version: { ordinal: 1 } })
})

test('a frozen run needs a complete lock', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await expect(runOnce(project, 'true', { frozen: true })).rejects.toMatchObject({ code: 'lock-outdated' })
})

test('a single run publishes no port and does not run the image its own program', async () => {
  await using project = await testProject({
    Dockerfile: 'FROM busybox:1.36\nEXPOSE 4321\nCMD ["sh", "-c", "touch /program-ran; exec sleep 1000"]\n',
  })
  expect(await runOnce(project, 'ls /program-ran; echo $$')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('No such file'),
  })
})

const WAITS = 'echo began; until [ -e go ]; do sleep 0.1; done; echo went on'

testEven(
  'a single run that died is tidied up by the next command, and one that lives is left alone',
  async () => {
    await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
    const startOne = async () => {
      const run = start(project, ['run', '--', 'sh', '-c', WAITS])
      await began(run)
      return run
    }
    const [dies, lives] = [await startOne(), await startOne()]
    dies.kill('SIGKILL')
    await once(dies, 'exit')
    await project.status()
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)
    await project.write({ go: '' })
    const [code] = await once(lives, 'exit')
    expect(code).toBe(0)
    expect((await thingsOf(await project.key())).containers).toEqual([])
  },
)

const cannotUnshare = process.platform !== 'linux' || authority() !== 'root'
const skipped = cannotUnshare ? 'skipped, because no process namespace can be made here: ' : ''

test.skipIf(cannotUnshare)(
  `${skipped}a single run leaves that of a process alone which it cannot see`,
  async () => {
    await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
    const first = start(project, ['run', '--', 'sh', '-c', WAITS])
    await began(first)
    execFileSync(
      'unshare',
      ['-pf', '--mount-proc', process.execPath, COMMAND_LINE, 'run', '--', 'echo', 'second'],
      {
        cwd: project.folder,
        env: project.env as NodeJS.ProcessEnv,
      },
    )
    await project.write({ go: '' })
    const [code] = await once(first, 'exit')
    expect(code).toBe(0)
  },
)

/** Waits until the command of a single run has begun. */
const began = (run: ChildProcess): Promise<unknown> => once(run.stdout as Readable, 'data')
