import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, symlink, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { COMMAND_LINE } from '../built.ts'
import { halves, sampled } from '../sample.ts'
import { finish, pristine, start } from './command.ts'
import { isRunning, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const plain = devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' })
const json = async (project: TestProject, ...args: string[]) => {
  const { stdout, stderr, code } = await pristine(project, ...args, '--json')
  if (code !== 0) throw new Error(`pristine ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
  return JSON.parse(stdout) as Record<string, unknown>
}
const ID = expect.stringMatching(/^[0-9a-f]{64}$/)

testEven('the documents of up, status, versions and reset are whole, and alone on the output', async () => {
  await using project = await testProject({
    ...devcontainer({ name: 'project', image: 'busybox:1.36', userEnvProbe: 'none', forwardPorts: [3000] }),
  })
  const container = { name: expect.stringMatching(/^pristine-project-/), id: ID, service: 'app' }
  const port = {
    container: 3000,
    protocol: 'tcp',
    host: expect.any(Number),
    address: '127.0.0.1',
    service: 'app',
  }
  const up = await json(project, 'up')
  expect(up).toEqual({
    schemaVersion: 1,
    project: { path: project.folder, name: 'project' },
    version: {
      id: ID,
      ordinal: 1,
      image: expect.stringMatching(/^pristine\/project-[0-9a-f]{32}:[0-9a-f]{12}$/),
    },
    action: 'built',
    because: [],
    environment: { state: 'ready', containers: [container], ports: [port], services: [] },
    lock: { added: ['busybox:1.36'], removed: [] },
  })
  const { id } = up['version'] as { id: string }
  expect(await json(project, 'status')).toEqual({
    schemaVersion: 1,
    project: { path: project.folder, name: 'project' },
    trusted: true,
    state: 'ready',
    version: { id, ordinal: 1, present: true, chosen: false },
    wanted: { id, ordinal: 1 },
    because: [],
    drift: { changes: 0 },
    features: [],
    environment: { state: 'ready', containers: [container], ports: [port], services: [] },
  })
  await project.write(
    devcontainer({ name: 'project', image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { A: '1' } }),
  )
  expect(await json(project, 'up')).toMatchObject({
    action: 'built',
    version: { ordinal: 2 },
    because: expect.arrayContaining([{ input: 'containerEnv.A', from: null, to: '1', kind: 'setting' }]),
  })
  const { versions } = (await json(project, 'versions')) as { versions: Record<string, unknown>[] }
  expect(versions).toHaveLength(2)
  expect(versions[1]).toEqual({
    id,
    ordinal: 1,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    current: false,
    state: null,
    serviceContents: {},
    knownGood: false,
    marked: false,
    wasReady: true,
    firstReadyAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    present: true,
    plan: true,
    rebuildable: null,
    image: (up['version'] as { image: string }).image,
    because: [],
    contents: { tools: expect.any(Object), packages: expect.any(Object) },
  })
  expect(await json(project, 'reset', '--to', 'v1')).toMatchObject({
    action: 'recreated',
    version: { ordinal: 1 },
  })
  expect(await json(project, 'status')).toMatchObject({
    version: { ordinal: 1, chosen: true },
    wanted: { ordinal: 2 },
  })
  const { stdout } = await pristine(project, 'status')
  expect(stdout).toContain('Chosen by a reset. The definition wants v2')
  expect(await json(project, 'up')).toMatchObject({ version: { ordinal: 2 } })
  expect(await json(project, 'status')).toMatchObject({ version: { ordinal: 2, chosen: false } })
})

testOdd('every other verb gives one document too', async () => {
  await using project = await testProject(plain)
  expect(await json(project, 'up', '--plan')).toMatchObject({ action: 'built', version: { ordinal: 1 } })
  expect(await json(project, 'lock')).toMatchObject({
    file: '.devcontainer/pristine.lock',
    added: ['busybox:1.36'],
  })
  expect(await json(project, 'lock', '--check')).toMatchObject({ matches: true })
  expect(await json(project, 'outdated')).toMatchObject({
    pins: [{ reference: 'busybox:1.36', outdated: false }],
  })
  await json(project, 'up', '--frozen')
  expect(await json(project, 'list')).toMatchObject({ projects: [{ path: project.folder, state: 'ready' }] })
  expect(await json(project, 'ports')).toMatchObject({ ports: [] })
  expect(await json(project, 'diff', 'v1', 'current')).toMatchObject({ inputs: [], contents: [] })
  expect(await json(project, 'mark', 'v1')).toMatchObject({ knownGood: { ordinal: 1 }, marked: true })
  expect(await json(project, 'unmark')).toMatchObject({ knownGood: { ordinal: 1 }, marked: false })
  expect(await json(project, 'verify')).toMatchObject({ image: true, environment: true })
  expect(await json(project, 'restart')).toMatchObject({ environment: { state: 'ready' } })
  expect(await json(project, 'stop')).toMatchObject({ environment: { state: 'stopped' } })
  expect((await pristine(project, 'verify')).stdout).toContain('The environment uses it; it is stopped.\n')
  expect((await pristine(project, 'versions')).stdout).toMatch(/^v\d .* · stopped$/m)
  expect(await json(project, 'rm')).toMatchObject({ removed: { containers: [expect.any(String)] } })
  expect((await pristine(project, 'stop')).stdout).toBe('There is no environment.\n')
})

testEven(
  'results are on the output, progress and errors beside it; without a terminal nothing is coloured or redrawn',
  async () => {
    await using project = await testProject(plain)
    const up = await pristine(project, 'up')
    expect(up).toMatchObject({ code: 0 })
    expect(up.stdout).toMatch(/^● project: built and running v1/)
    expect(up.stderr).toMatch(/^pristine\.lock: pinned busybox:1\.36\n[\s\S]*✓ Start app/)
    expect(up.stdout + up.stderr).not.toContain('\x1b')
    const quiet = await pristine(project, 'reset', '-q')
    expect(quiet).toMatchObject({ code: 0, stderr: '' })
    await project.write({ '.devcontainer/devcontainer.json': '{ "image": ' })
    const { code, stdout, stderr } = await pristine(project, 'up')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^✗ \.devcontainer\/devcontainer\.json:1:\d+ cannot be used\.$/),
      expect.stringMatching(/^ {2}why {2}\S/),
      expect.stringMatching(/^ {2}do {3}\S/),
    ])
  },
)

testEven('colours are for terminals, and for those who force them', async () => {
  await using project = await testProject(plain)
  const forced = await finish(start(project, ['up', '-q'], { FORCE_COLOR: '1' }))
  expect(forced.stdout).toContain('\x1b[')
  const refused = await finish(start(project, ['status'], { NO_COLOR: '1' }))
  expect(refused.stdout).not.toContain('\x1b[')
})

/** The error of a failed `--json` run, with its exit code. */
async function failure(project: TestProject, ...args: string[]) {
  const { code, stdout } = await pristine(project, ...args, '--json')
  return {
    exit: code,
    ...(JSON.parse(stdout) as { error: { code: string; message: string; why: string; hint: string } }).error,
  }
}

testOdd('what cannot be done says so by its exit code and as a document', async () => {
  await using project = await testProject(plain)
  expect(await failure(project, 'up', '--frozen')).toMatchObject({
    exit: 3,
    code: 'lock-outdated',
    message: 'There is no .devcontainer/pristine.lock.',
    why: 'The definition uses busybox:1.36, which nothing pins.',
    hint: 'Run "pristine lock" and commit the result.',
  })
  expect(await failure(project, 'reset')).toMatchObject({ exit: 1, code: 'version-none' })
  await pristine(project, 'up')
  expect(await failure(project, 'reset', '--to', 'v7')).toMatchObject({ exit: 2, code: 'version-unknown' })
  expect(await failure(project, 'up', '/nowhere')).toMatchObject({ exit: 2, code: 'project-missing' })

  const built = (dockerfile: string, more: object = {}) => ({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none', ...more }),
    '.devcontainer/Dockerfile': dockerfile,
  })
  await project.write(built('FROM busybox:1.36\nRUN exit 3\n'))
  expect(await failure(project, 'up')).toMatchObject({ exit: 5, code: 'build-failed' })
  await project.write(built('FROM busybox:1.36\nCMD ["false"]\n', { overrideCommand: false }))
  expect(await failure(project, 'up')).toMatchObject({
    exit: 6,
    code: 'container-exited',
    hint: expect.stringContaining('"overrideCommand": true'),
  })
  expect(await failure(project, 'verify')).toMatchObject({ exit: 8, code: 'version-mismatch' })
  await project.write(devcontainer({ image: 'busybox:1.36', mounts: ['source=/,target=/host,type=bind'] }))
  expect(await failure(project, 'up')).toMatchObject({ exit: 7, code: 'not-trusted' })
  expect((await project.engine.ports(project.folder)).length).toBe(0)
})

test('a command that is not understood is reported as a document too', async () => {
  await using project = await testProject(plain)
  expect(await failure(project, 'up', '--plam')).toMatchObject({
    exit: 2,
    code: 'usage',
    message: "Unknown option '--plam'.",
    hint: 'Did you mean --plan? Add --help to see what it takes.',
  })
  expect(await failure(project, 'lock', '--check', '--update')).toMatchObject({ exit: 2, code: 'usage' })
  expect(await failure(project, 'up', '--plan', '--trust', '0'.repeat(64))).toMatchObject({
    exit: 2,
    code: 'usage',
  })
  expect(await pristine(project, 'exec', '--plam', '--', 'echo', '--json')).toMatchObject({
    code: 2,
    stdout: '',
  })
})

testOdd('reading an input that is too large to wait for is reported, and Ctrl-C ends it', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile', context: '..' } }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCOPY large /\n',
    large: '',
  })
  // What only looks asks for no pin, and reads nothing where one is missing.
  expect((await pristine(project, 'lock')).code).toBe(0)
  await truncate(path.join(project.folder, 'large'), 200 * 1024 ** 3)
  for (const [verb, left] of [
    ['up', 'The environment was not replaced.'],
    ['status', 'Nothing was changed.'],
    ['verify', 'Nothing was changed.'],
  ] as const) {
    const child = start(project, [verb, '-v'])
    // Once: a second Ctrl-C ends the process as it ends any.
    let told = false
    child.stderr?.on('data', (text: Buffer) => {
      if (told || !text.includes('Read inputs')) return
      told = child.kill('SIGINT')
    })
    const expected = { code: 130, stdout: '', stderr: expect.stringContaining(left) }
    expect({ verb, ...(await finish(child)) }).toMatchObject({ verb, ...expected })
  }
})

test('an engine that is not there has an exit code of its own', async () => {
  await using project = await testProject(plain)
  const { code, stderr } = await finish(
    start(project, ['up'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' }),
  )
  expect(code).toBe(4)
  expect(stderr).toContain('No container engine was found.')
})

test.each([[['nonsense']], [['up', '--nonsense']], [['exec']], [['logs', '--tail', 'many']], [['shell']]])(
  'what is not understood is a matter of usage: %j',
  async (args) => {
    await using project = await testProject(plain)
    const { code, stdout, stderr } = await pristine(project, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).not.toBe('')
  },
)

test('help and version are answers, not failures', async () => {
  await using project = await testProject(plain)
  expect(await pristine(project, '--version')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  })
  const help = await pristine(project, '--help')
  expect(help.code).toBe(0)
  for (const verb of ['up', 'reset', 'versions', 'lock', 'verify']) expect(help.stdout).toContain(`  ${verb}`)
})

testEven(
  "exec gives the command's own exit code, streams and input; options after the command are the command's",
  async () => {
    await using project = await testProject(plain)
    await pristine(project, 'up')
    expect(await pristine(project, 'exec', '--', 'sh', '-c', 'echo out; echo err >&2; exit 37')).toEqual({
      code: 37,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect(await finish(start(project, ['exec', 'cat']), 'piped\n')).toMatchObject({
      code: 0,
      stdout: 'piped\n',
    })
    expect((await pristine(project, 'exec', 'ls', '--help')).stderr).toContain('BusyBox')
    expect(await pristine(project, 'run', '--', 'sh', '-c', 'exit 9')).toMatchObject({ code: 9 })
    // A command that ends before its input does is not waited for.
    const open = start(project, ['exec', 'true'])
    const [code] = await once(open, 'exit')
    expect(code).toBe(0)
  },
)

testOdd('the folder is given with -C, before or after the verb, or as the folder of up', async () => {
  await using project = await testProject(plain)
  await using elsewhere = await testProject(
    {},
    { env: { PRISTINE_HOME: project.env['PRISTINE_HOME'] ?? '' } },
  )
  expect((await pristine(elsewhere, 'up', project.folder)).code).toBe(0)
  expect(await json(elsewhere, 'status', '-C', project.folder)).toMatchObject({ state: 'ready' })
  expect(await json(elsewhere, '-C', project.folder, 'status')).toMatchObject({ state: 'ready' })
  expect((await pristine(elsewhere, 'status')).code).toBe(2)
})

testEven('a lock that was written is reported, whatever comes of the build', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN exit 3\n',
  })
  expect((await pristine(project, 'up', '--plan')).stdout).toMatch(
    /^pristine\.lock: would pin busybox:1\.36\n/,
  )
  const failed = await pristine(project, 'up')
  expect(failed).toMatchObject({ code: 5, stdout: '' })
  expect(failed.stderr).toMatch(/^pristine\.lock: pinned busybox:1\.36\n/)
  // It is there, and so not written again.
  expect((await pristine(project, 'up')).stderr).not.toContain('pinned')
})

test('on a build server nothing is pinned unseen', async () => {
  await using project = await testProject(plain)
  expect((await finish(start(project, ['up'], { CI: 'true' }))).code).toBe(3)
  expect((await finish(start(project, ['up'], { CI: 'false' }))).code).toBe(0)
})

test.each(sampled(['SIGINT', 'SIGTERM'] as const, 2))(
  '%s in the middle of a build ends with 130 and leaves what ran',
  async (signal) => {
    await using project = await testProject(plain)
    const first = await project.up()
    const before = await thingsOf(await project.key())
    await project.write({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo begun ${signal} && sleep 30\n`,
    })
    const child = start(project, ['up', '-v'])
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.includes(`| begun ${signal}`)) child.kill(signal)
    })
    const { code, stderr } = await finish(child)
    expect(code).toBe(130)
    expect(stderr).toContain('Cancelled.')
    expect(await thingsOf(await project.key())).toEqual(before)
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    expect((await pristine(project, 'reset')).code).toBe(0)
  },
)

// The other one than above.
test.each(sampled(['SIGTERM', 'SIGINT'] as const, 2))(
  '%s in the swap brings the old environment back',
  async (signal) => {
    const mounts = ['source=data,target=/data,type=volume']
    await using project = await testProject(
      devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', mounts }),
    )
    const first = await project.up()
    await project.write(
      devcontainer({
        image: 'busybox:1.36',
        userEnvProbe: 'none',
        mounts,
        postCreateCommand: 'echo begun; sleep 60',
      }),
    )
    const child = start(project, ['up', '-v'])
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.includes('| begun')) child.kill(signal)
    })
    expect((await finish(child)).code).toBe(130)
    expect(await project.status()).toMatchObject({
      state: 'ready',
      environment: { containers: first.environment.containers },
    })
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)
  },
)

testEven(
  'a process that is killed in the middle of a swap leaves a project that the next one puts right',
  async () => {
    await using project = await testProject(plain)
    const first = await project.up()
    await project.write(
      devcontainer({
        image: 'busybox:1.36',
        userEnvProbe: 'none',
        postCreateCommand: 'echo begun; sleep 60',
      }),
    )
    const child = start(project, ['up', '-v'])
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.includes('| begun')) child.kill('SIGKILL')
    })
    expect((await finish(child)).code).toBeNull()
    expect(await project.status()).toMatchObject({ state: 'ready', version: { ordinal: 1 } })
    await project.write(plain)
    expect((await project.up()).environment).toEqual(first.environment)
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)
  },
)

testOdd('another process that is at it is named', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      postCreateCommand: 'echo begun; until [ -e go ]; do sleep 0.1; done',
    }),
  )
  const child = start(project, ['up', '-v'])
  await new Promise<void>((resolve) =>
    child.stderr?.on('data', (chunk: Buffer) => chunk.includes('| begun') && resolve()),
  )
  const { code, stderr } = await pristine(project, 'reset')
  expect(code).toBe(1)
  expect(stderr).toContain('Busy: bringing up project.')
  expect(stderr).toContain(`Process ${child.pid}`)
  await project.write({ go: '' })
  expect((await finish(child)).code).toBe(0)
})

test('logs with --json is a document a line, and following ends with 130 on SIGINT', async () => {
  await using project = await testProject({
    Dockerfile: 'FROM busybox:1.36\nCMD ["sh", "-c", "echo one; echo two >&2; exec sleep 1000"]\n',
  })
  await pristine(project, 'up')
  const { stdout } = await pristine(project, 'logs', '--json')
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(
    expect.arrayContaining([
      { schemaVersion: 1, stream: 'stdout', line: 'one' },
      { schemaVersion: 1, stream: 'stderr', line: 'two' },
    ]),
  )
  const following = start(project, ['logs', '-f'])
  following.stdout?.once('data', () => following.kill('SIGINT'))
  expect(await finish(following)).toMatchObject({ code: 130, stdout: 'one\n' })
})

testOdd('a reader that goes away early is no crash', async () => {
  await using project = await testProject(plain)
  await pristine(project, 'up')
  const child = start(project, ['exec', '--', 'sh', '-c', 'yes | head -n 200000'])
  child.stdout?.once('data', () => child.stdout?.destroy())
  const errors: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk))
  await once(child, 'exit')
  expect(Buffer.concat(errors).toString()).not.toMatch(/at .*\.ts:|EPIPE/)
})

test('the address of a taken port that must be this one is reported', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  try {
    await using project = await testProject(
      devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', appPort: port }),
    )
    const { code, stderr } = await pristine(project, 'up')
    expect(code).toBe(6)
    expect(stderr).toContain(`Port ${port} on this computer is taken.`)
  } finally {
    server.close()
  }
})

test('the environment that holds a port is named, and how to stop it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  const files = devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', appPort: `127.0.0.1:${port}:80` })
  await using holder = await testProject(files, { name: 'holder' })
  await using other = await testProject(files, { name: 'other' })
  await holder.up()
  const { code, stderr } = await pristine(other, 'up')
  expect(code).toBe(6)
  expect(stderr).toContain(`The environment of holder (${holder.folder}) holds it`)
})

test('a key that stands twice is reported each time, even where nothing is to do', async () => {
  const text = '{\n"image": "busybox:1.36",\n"userEnvProbe": "none",\n"name": "a",\n"name": "b"\n}'
  await using project = await testProject({ '.devcontainer/devcontainer.json': text })
  for (const verb of ['up', 'up', 'status']) {
    expect((await pristine(project, verb)).stderr).toContain(
      '"name" stands more than once in .devcontainer/devcontainer.json, in the lines 4 and 5: the last one counts.',
    )
  }
})

test('an address without its scheme is no folder, and is reported as what it may be', async () => {
  await using project = await testProject(plain)
  expect(await pristine(project, 'up', 'github.com/ada/shop#tax')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('give its whole address: https://github.com/ada/shop#tax'),
  })
})

test('a page that is not built is reported with the command that builds it', async () => {
  await using project = await testProject({ 'package.json': '{ "type": "module" }' })
  // The command line as it is shipped, without the page beside it.
  const alone = path.join(project.folder, 'somewhere/cli')
  await cp(path.dirname(COMMAND_LINE), alone, { recursive: true })
  await symlink(
    path.join(path.dirname(COMMAND_LINE), '../../node_modules'),
    path.join(project.folder, 'node_modules'),
  )
  const serve = spawn(process.execPath, [path.join(alone, 'main.js'), 'serve'], { env: project.env })
  const { code, stderr } = await finish(serve)
  expect(code).toBe(1)
  expect(stderr).toContain('The page with the screens is not built.')
  expect(stderr).toContain('npm run build:renderer')
})
