// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { spawn, spawnSync } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { PACE } from '../../main/watch/watch-changes.ts'
import { COMMAND_LINE } from '../built.ts'
import { halves, thirds } from '../sample.ts'
import { finish, start } from './command.ts'
import { isRunning } from './docker.ts'
import { git } from './git.ts'
import { devcontainer, TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)
const [testFirst, testSecond, testThird] = thirds(test)

const level = (n: number, pristine = {}) =>
  devcontainer({
    image: 'busybox:1.36',
    userEnvProbe: 'none',
    containerEnv: { LEVEL: String(n) },
    ...(Object.keys(pristine).length > 0 && { customizations: { pristine } }),
  })

/** A project that runs, with a lockfile whose content decides the version and a build that takes its time. */
const slow = (seconds: number, lock: string) => ({
  ...devcontainer({ build: { dockerfile: 'Dockerfile', context: '..' }, userEnvProbe: 'none' }),
  '.devcontainer/Dockerfile': `FROM busybox:1.36\nCOPY yarn.lock /\nRUN echo ${process.pid} && sleep ${seconds}\n`,
  'yarn.lock': lock,
})

test('a change is built beside and swapped in; going back takes the version that exists', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write(level(2))
  expect(await watching.until('building')).toMatchObject({
    ordinal: 2,
    because: [{ input: 'containerEnv.LEVEL', from: '1', to: '2' }],
  })
  await watching.until('swapped')
  expect((await project.exec('echo $LEVEL')).stdout).toBe('2\n')
  await project.write(level(1))
  expect(await watching.until('swapping')).toMatchObject({ ordinal: 1 })
  await watching.until('swapped')
  expect(await project.status()).toMatchObject({ state: 'ready', version: { id: first.version.id } })
  const built = project.events.filter((event) => event.kind === 'step' && /FROM/.test(event.name))
  expect(await project.versions()).toHaveLength(2)
  expect(built.length).toBeGreaterThan(0)

  // So is the person's own layer, which lies in the data folder.
  const layer = { scope: 'project', text: '{"containerEnv":{"LEVEL":"mine"}}', file: 'layer.jsonc' } as const
  await project.engine.setLayer(project.folder, layer)
  await watching.until('swapped')
  expect((await project.exec('echo $LEVEL')).stdout).toBe('mine\n')
})

testFirst('a thousand rapid edits end in one build of the last state', async () => {
  await using project = await testProject(level(0))
  await project.up()
  await using watching = new Watching(project, PACE)
  await watching.until('following')
  // Over longer than the watcher gathers changes for, so that none of its pauses passes for the end.
  for (let n = 1; n <= 1000; n++) {
    await project.write(level(n))
    await pause(2)
  }
  await watching.until('swapped')
  expect((await project.exec('echo $LEVEL')).stdout).toBe('1000\n')
  expect(await project.versions()).toHaveLength(2)
})

testSecond('files that never stop changing hold nothing up, unless they decide the version', async () => {
  await using project = await testProject(level(1))
  await project.up()
  await using watching = new Watching(project, PACE)
  await watching.until('following')
  let on = true
  const noise = (async () => {
    for (let n = 0; on; n++) {
      await project.write({ 'app.log': String(n) })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  await project.write(level(2))
  await watching.until('swapped')
  on = false
  await noise
  expect((await project.exec('echo $LEVEL')).stdout).toBe('2\n')
})

testEven(
  'a change during a build gives that build up: only what is wanted at the end becomes current',
  async () => {
    await using project = await testProject(slow(1, 'one'))
    const first = await project.up()
    await using watching = new Watching(project)
    await watching.until('following')
    await project.write(slow(100, 'two'))
    await watching.until('building')
    await project.write(slow(1, 'three'))
    await watching.until('swapped')
    expect((await project.exec('cat /yarn.lock')).stdout).toBe('three')
    expect((await project.versions()).map(({ ordinal, wasReady }) => [ordinal, wasReady])).toEqual([
      [2, true],
      [1, true],
    ])
    // Back to what runs while something else is built: nothing is swapped.
    await project.write(slow(100, 'four'))
    await watching.until('building')
    await project.write(slow(1, 'three'))
    expect(await watching.rest()).toEqual(['following'])
    expect((await project.status()).version).not.toEqual(first.version)
    expect((await project.exec('cat /yarn.lock')).stdout).toBe('three')
  },
)

testThird('git is waited for, and a checkout of an older commit swaps without a build', async () => {
  await using project = await testProject(level(1))
  await project.up()
  git(project.folder, 'init', '-q', '-b', 'main')
  git(project.folder, 'add', '.')
  git(project.folder, 'commit', '-qm', 'one')
  await using watching = new Watching(project)
  await watching.until('following')
  const lock = path.join(project.folder, '.git/index.lock')
  await writeFile(lock, '')
  await project.write(level(2))
  expect(await watching.until('git')).toEqual({ kind: 'git', doing: lock })
  expect(await watching.rest()).toEqual([])
  await rm(lock)
  await watching.until('swapped')
  git(project.folder, 'commit', '-qam', 'two')
  git(project.folder, 'checkout', '-q', 'HEAD~1')
  await watching.until('swapped')
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 } })
  expect(await project.versions()).toHaveLength(2)
})

testEven('an unfinished rebase is waited for', async () => {
  await using project = await testProject(level(1))
  await project.up()
  git(project.folder, 'init', '-q', '-b', 'main')
  await using watching = new Watching(project)
  await watching.until('following')
  await mkdir(path.join(project.folder, '.git/rebase-merge'))
  await project.write(level(2))
  expect((await watching.until('git')).doing).toMatch(/rebase-merge$/)
  await rm(path.join(project.folder, '.git/rebase-merge'), { recursive: true })
  await watching.until('swapped')
})

testOdd('an open terminal is not taken away: the swap waits for its end, and says so', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  const stdin = new PassThrough()
  const [stdout, stderr] = [new PassThrough().resume(), new PassThrough().resume()]
  const terminal = { stdin, stdout, stderr, tty: true, interactive: true }
  const shell = project.engine.shell(project.folder, terminal, project.run())
  stdin.write('echo here\n')
  await new Promise((resolve) => stdout.once('data', resolve))
  await project.write(level(2))
  expect(await watching.until('waiting')).toMatchObject({ ordinal: 2, sessions: 1 })
  expect(await watching.rest()).toEqual([])
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
  stdin.write('exit\n')
  await shell
  await watching.until('swapped')
})

testOdd('a person who does not want to wait says so with up', async () => {
  await using project = await testProject(level(1))
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  const command = start(project, ['exec', '--', 'sh', '-c', 'echo here; sleep 60'])
  await new Promise((resolve) => command.stdout?.once('data', resolve))
  const ended = finish(command)
  await project.write(level(2))
  await watching.until('waiting')
  expect(await project.up()).toMatchObject({ action: 'recreated', version: { ordinal: 2 } })
  // Where it looks just when the terminal has been ended, it finds that it has nothing left to swap.
  expect(['following', 'swapped']).toContain((await watching.rest()).at(-1))
  await ended
})

testEven('with apply "ask" the version is built and offered, with "off" only reported', async () => {
  await using project = await testProject(level(1, { apply: 'ask' }))
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write(level(2, { apply: 'ask' }))
  expect(await watching.until('offered')).toMatchObject({ ordinal: 2 })
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 }, wanted: { ordinal: 2 } })
  await project.write(level(3, { apply: 'off' }))
  expect(await watching.until('changed')).toMatchObject({ ordinal: 3 })
  expect(await watching.rest()).toEqual([])
  expect(await project.versions()).toHaveLength(2)
})

testOdd('a version that was offered is swapped in when "apply" comes to say so', async () => {
  await using project = await testProject(level(1, { apply: 'ask' }))
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write(level(2, { apply: 'ask' }))
  await watching.until('offered')
  // Told once, whatever else changes.
  expect(await watching.rest()).toEqual([])
  await project.write(level(2, { apply: 'auto' }))
  expect(await watching.until('swapped')).toMatchObject({ ordinal: 2 })
  expect(await project.status()).toMatchObject({ version: { ordinal: 2 } })
  // A reset of a version that was offered stays, as any does.
  await project.write(level(3, { apply: 'ask' }))
  await watching.until('offered')
  await project.reset('v1')
  await project.write(level(3, { apply: 'auto' }))
  expect(await watching.rest()).toEqual([])
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 } })
})

test('a definition that cannot be read and a build that fails are reported; the environment goes on', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write({ '.devcontainer/devcontainer.json': '{ "image": ' })
  expect((await watching.until('failed')).error).toMatchObject({ code: 'definition-invalid' })
  await project.write({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo no; exit 3\n',
  })
  expect((await watching.until('failed')).error).toMatchObject({ code: 'build-failed', data: { line: 2 } })
  // The same definition is not tried again.
  expect(await watching.rest()).toEqual([])
  expect(await project.status()).toMatchObject({
    state: 'ready',
    environment: { containers: first.environment.containers },
  })
  await project.write(level(1))
  await watching.until('following')
})

testEven('a reset stays until the definition changes again, also for a watch that begins later', async () => {
  await using project = await testProject(level(1))
  await project.up()
  await project.write(level(2))
  await project.up()
  await project.reset('v1')
  await using watching = new Watching(project)
  await watching.until('following')
  expect(await watching.rest()).toEqual([])
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 } })
  await project.write(level(3))
  await watching.until('swapped')
  await project.reset('v1')
  expect(await watching.rest()).toEqual([])
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 } })
})

testOdd('a reset stays, too, from a version that came and went before the watch looked', async () => {
  await using project = await testProject(level(1))
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write(level(2))
  await project.up()
  await project.reset('v1')
  await watching.rest()
  expect(await project.status()).toMatchObject({ version: { ordinal: 1 } })
  await project.write(level(3))
  await watching.until('swapped')
})

testEven('other values of this computer replace nothing: an app often lacks those of a shell', async () => {
  const files = devcontainer({
    image: 'busybox:1.36',
    userEnvProbe: 'none',
    containerEnv: { TOKEN: '${localEnv:WATCH_TOKEN}' },
  })
  await using project = await testProject(files, { env: { WATCH_TOKEN: 'abc' } })
  await project.grant()
  await project.up()
  const app = new TestProject(path.dirname(project.folder), project.folder, {
    ...project.env,
    WATCH_TOKEN: undefined,
  })
  await using watching = new Watching(app)
  await watching.until('following')
  expect(await watching.rest()).toEqual([])
  expect((await project.exec('echo $TOKEN')).stdout).toBe('abc\n')
})

testOdd(
  'a folder that was deleted and made again is watched again, and the environment gets it',
  async () => {
    await using project = await testProject(level(1))
    await project.up()
    await using watching = new Watching(project)
    await watching.until('following')
    await rm(project.folder, { recursive: true })
    expect(await watching.until('failed')).toMatchObject({ error: { code: 'project-missing' } })
    await project.write({ ...level(1), 'new.txt': 'new' })
    await watching.until('swapped')
    expect(await project.exists('new.txt')).toBe(true)
    await project.write(level(2))
    await watching.until('swapped')
    expect((await project.exec('echo $LEVEL')).stdout).toBe('2\n')
  },
)

testOdd('an environment that does not run is not started', async () => {
  await using project = await testProject(level(1))
  await using watching = new Watching(project)
  expect(await watching.until('changed')).toMatchObject({ ordinal: 1 })
  await project.up()
  await project.engine.stop(project.folder, project.run())
  await project.write(level(2))
  expect(await watching.until('changed')).toMatchObject({ ordinal: 2 })
  expect(await project.status()).toMatchObject({ state: 'stopped', version: { ordinal: 1 } })
})

testEven('while somebody else changes the project, the watch waits', async () => {
  const waits = (n: number) =>
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      containerEnv: { LEVEL: String(n) },
      postCreateCommand: 'until [ -e go ]; do sleep 0.1; done',
    })
  await using project = await testProject({ ...waits(1), go: '' })
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await rm(path.join(project.folder, 'go'))
  const reset = project.reset()
  await project.write(waits(2))
  expect(await watching.until('busy')).toMatchObject({ what: 'resetting project' })
  await pause(2_000)
  expect(watching.states).toEqual([])
  await project.write({ go: '' })
  await reset
  await watching.until('swapped')
})

/** A project below a git root that is its context, and that copies what its own folder's watch does not tell of. */
const below = (folders = 1) => ({
  ...devcontainer({
    build: { dockerfile: 'Dockerfile', context: '../..' },
    userEnvProbe: 'none',
    customizations: { pristine: { inputs: ['node_modules/.package-lock.json'] } },
  }),
  '.devcontainer/Dockerfile':
    'FROM busybox:1.36\nCOPY project/node_modules /nm\nCOPY shared.txt /\nCOPY lib/*/* /lib/\n',
  'node_modules/m/f': '1',
  '../shared.txt': '1',
  ...Object.fromEntries(Array.from({ length: folders }, (_, index) => [`../lib/${index}/${index}`, '1'])),
})

testSecond(
  'a context around the project is watched, and so is what it copies from node_modules',
  async () => {
    await using project = await testProject(below())
    git(path.dirname(project.folder), 'init', '-q')
    await project.up()
    await using watching = new Watching(project)
    await watching.until('following')
    const becomes = async (files: Record<string, string>, input: string) => {
      await project.write(files)
      expect((await watching.until('swapped')).because).toMatchObject([{ input }])
    }
    await becomes({ 'node_modules/m/f': '2' }, '../project/node_modules/m/f')
    await becomes({ '../shared.txt': '2' }, '../shared.txt')
    await becomes({ '../lib/new/file': '1' }, '../lib/new/file')
    await becomes({ '../lib/new/file': '2' }, '../lib/new/file')
    await project.write({ 'node_modules/.package-lock.json': '1' })
    expect((await watching.until('swapped')).because).toContainEqual(
      expect.objectContaining({ input: 'node_modules/.package-lock.json' }),
    )
    // As an installation does it: all goes, and comes again.
    await rm(path.join(project.folder, 'node_modules'), { recursive: true })
    await watching.until('failed')
    await project.write({ 'node_modules/m/f': '3' })
    await watching.until('swapped')
    await becomes({ 'node_modules/m/f': '4' }, '../project/node_modules/m/f')
    // What nothing names is not looked at.
    await project.write({ '../other.txt': 'x', '../other/node_modules/x': 'x' })
    expect(await watching.rest()).toEqual([])
  },
)

testThird('where too many folders around the project count, they are looked at instead', async () => {
  await using project = await testProject(below(600))
  git(path.dirname(project.folder), 'init', '-q')
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
  expect(warnings).toContainEqual(
    expect.stringMatching(/^The system does not report changed files \(60\d folders /),
  )
  await project.write({ '../lib/599/599': '2' })
  expect((await watching.until('swapped')).because).toMatchObject([{ input: '../lib/599/599' }])
})

/** Runs a command where the kernel lets it watch two folders at most. */
const FEW_WATCHES = [
  'unshare',
  '-Ur',
  'sh',
  '-c',
  'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"',
  'sh',
]
const canLimit = spawnSync('unshare', [...FEW_WATCHES.slice(1), 'true']).status === 0
if (!canLimit)
  console.log('skipped: the limit of watched folders, because no user namespace can be made here')

test.skipIf(!canLimit)('where the system watches no more folders, files are looked at instead', async () => {
  await using project = await testProject({ ...level(1), 'a/b/c/file': '' })
  const [unshare = '', ...limit] = FEW_WATCHES
  const child = spawn(unshare, [...limit, process.execPath, COMMAND_LINE, 'watch'], {
    cwd: project.folder,
    env: project.env,
  })
  const shown = { stdout: '', stderr: '' }
  const ended = once(child, 'exit')
  child.stderr.on('data', (chunk) => {
    shown.stderr += chunk
  })
  const until = async (text: RegExp) => {
    for await (const chunk of on(child.stdout, 'data')) {
      shown.stdout += chunk
      if (text.test(shown.stdout)) return
    }
  }
  await until(/Watching/)
  expect(shown.stderr).toMatch(/does not report changed files .*every 2 s/)
  await project.write(level(2))
  await until(/now on v2/)
  child.kill('SIGINT')
  expect(await ended).toEqual([130, null])
})

test('the command brings the environment up, follows it, and says each state on a line', async () => {
  await using project = await testProject(level(1))
  const child = start(project, ['watch', '--json'])
  const told: { kind: string }[] = []
  let seen = () => {}
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().trim().split('\n')) told.push(JSON.parse(line))
    seen()
  })
  const until = async (kind: string) => {
    while (!told.some((state) => state.kind === kind))
      await new Promise<void>((resolve) => {
        seen = resolve
      })
  }
  await until('following')
  await project.write(level(2))
  await until('swapped')
  child.kill('SIGINT')
  expect((await finish(child)).code).toBe(130)
  expect(await project.status()).toMatchObject({ state: 'ready', version: { ordinal: 2 } })
})
