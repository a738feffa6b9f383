import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createEngine } from '../../main/engine.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { halves, sampled } from '../sample.ts'
import { finish, pristine, start } from './command.ts'
import { docker, inspect, isRunning, thingsOf } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const plain = devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' })

test('an environment is absent, ready, stopped and ready again', async () => {
  await using project = await testProject(plain)
  const { engine, folder } = project
  expect(await project.status()).toMatchObject({
    state: 'absent',
    version: null,
    wanted: null,
    drift: null,
    because: [],
  })
  const first = await project.up()
  expect(await project.status()).toMatchObject({
    state: 'ready',
    version: { id: first.version.id, ordinal: 1 },
    wanted: { id: first.version.id, ordinal: 1 },
    because: [],
    drift: { changes: 0 },
    environment: first.environment,
  })
  expect(await engine.stop(folder, project.run())).toMatchObject({ state: 'stopped' })
  expect(await project.status()).toMatchObject({ state: 'stopped', version: { ordinal: 1 } })
  const again = await project.up()
  expect(again).toMatchObject({
    action: 'started',
    environment: { state: 'ready', containers: first.environment.containers },
  })
})

testEven(
  'an old environment that does not come back after a failed swap is stopped, and everybody says so',
  async () => {
    const level = (n: number, postCreateCommand = 'true') =>
      devcontainer({
        image: 'busybox:1.36',
        userEnvProbe: 'none',
        containerEnv: { N: String(n) },
        mounts: ['source=data,target=/data,type=volume'],
        postCreateCommand,
        postStartCommand: 'test ! -e poison',
      })
    await using project = await testProject(level(1))
    const { engine, folder } = project
    const first = await project.up()
    const [blue] = first.environment.containers
    await project.write(level(2, 'touch poison'))
    await expect(project.up()).rejects.toMatchObject({
      code: 'not-restored',
      message: expect.stringMatching(
        /^postStartCommand failed .* could not be started again, and is stopped\.$/,
      ),
      why: expect.stringContaining('postStartCommand failed'),
      hint: expect.stringContaining('pristine restart'),
    })
    const stopped = { state: 'stopped', version: { ordinal: 1 }, environment: { containers: [blue] } }
    expect(await project.status()).toMatchObject(stopped)
    expect(await isRunning(blue?.id ?? '')).toBe(false)

    // The same after a crash in the middle of that swap.
    const home = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key())
    const intent = { kind: 'swap', green: 'gone', blue: blue?.id, stops: true }
    await writeFile(path.join(home, 'intent.json'), JSON.stringify(intent))
    project.events.length = 0
    await engine.stop(folder, project.run())
    expect(project.events).toContainEqual({
      kind: 'warning',
      text: expect.stringMatching(/ could not be started again, and is stopped: postStartCommand failed/),
    })
    expect(await project.status()).toMatchObject(stopped)

    await docker()
      .getContainer(blue?.id ?? '')
      .start()
    expect(await project.exec('rm poison')).toMatchObject({ code: 0 })
    await engine.stop(folder, project.run())
    expect(await engine.restart(folder, project.run())).toMatchObject({ state: 'ready' })
  },
)

testOdd(
  'whatever verb comes after a crash in the middle of a swap, it brings the old environment back',
  async () => {
    await using project = await testProject(plain)
    const { engine, folder } = project
    const [blue] = (await project.up()).environment.containers
    await project.engine.mark(folder, 'v1')
    const home = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key())
    const crash = async () => {
      await docker()
        .getContainer(blue?.id ?? '')
        .kill()
      await writeFile(
        path.join(home, 'intent.json'),
        JSON.stringify({ kind: 'swap', green: 'gone', blue: blue?.id }),
      )
    }
    const verbs: Record<string, () => Promise<unknown>> = {
      mark: () => engine.mark(folder, 'v1'),
      unmark: () => engine.unmark(folder),
      list: () => engine.list(),
      diff: () => engine.diff(folder, 'v1', 'v1'),
      lock: () => engine.lock(folder, {}, project.run()),
      checkLock: () => engine.checkLock(folder, undefined, project.run()),
      outdated: () => engine.outdated(folder, undefined, project.run()),
    }
    for (const [name, verb] of Object.entries(verbs)) {
      await crash()
      await verb()
      expect(await isRunning(blue?.id ?? ''), name).toBe(true)
    }
    // What needs no engine goes on without one.
    await crash()
    const nowhere = createEngine({ ...project.env, DOCKER_HOST: 'unix:///nowhere.sock' })
    expect((await nowhere.checkLock(folder, undefined, project.run())).file).toContain('pristine.lock')
    await project.status()
    expect(await isRunning(blue?.id ?? '')).toBe(true)
  },
)

testEven(
  'an environment that somebody paused is told as that, and goes on, stops or is replaced on a word',
  async () => {
    await using project = await testProject(
      devcontainer({
        image: 'busybox:1.36',
        userEnvProbe: 'none',
        postStartCommand: 'echo start >> /starts',
      }),
    )
    const { engine, folder } = project
    const [container] = (await project.up()).environment.containers
    const pause = async () => {
      const [current] = (await project.status()).environment.containers
      await docker()
        .getContainer(current?.id ?? '')
        .pause()
    }
    await pause()
    expect(await project.status()).toMatchObject({ state: 'paused', version: { ordinal: 1 } })
    expect((await pristine(project, 'status')).stdout).toContain('"pristine up" lets it go on where it was')
    expect(await engine.list()).toMatchObject([{ state: 'paused' }])
    await expect(project.exec('true')).rejects.toMatchObject({
      code: 'environment-paused',
      hint: expect.stringContaining('pristine up'),
    })
    expect(await project.up()).toMatchObject({
      action: 'started',
      environment: { state: 'ready', containers: [container] },
    })
    // Its program was not started again.
    expect((await project.exec('cat /starts')).stdout).toBe('start\n')

    await pause()
    expect(await engine.restart(folder, project.run())).toMatchObject({ state: 'ready' })
    await pause()
    expect(await project.reset()).toMatchObject({ action: 'recreated', environment: { state: 'ready' } })
    await pause()
    expect(await engine.stop(folder, project.run())).toMatchObject({ state: 'stopped' })
    expect(await project.up()).toMatchObject({ environment: { state: 'ready' } })
  },
)

test('stopping what is stopped, and what does not exist, does nothing', async () => {
  await using project = await testProject(plain)
  expect(await project.engine.stop(project.folder, project.run())).toMatchObject({ state: 'absent' })
  await project.up()
  await project.engine.stop(project.folder, project.run())
  expect(await project.engine.stop(project.folder, project.run())).toMatchObject({ state: 'stopped' })
})

test('a restart keeps the container and what was changed in it', async () => {
  await using project = await testProject(plain)
  await expect(project.engine.restart(project.folder, project.run())).rejects.toMatchObject({
    code: 'environment-not-running',
  })
  const first = await project.up()
  await project.exec('touch /kept')
  const { StartedAt } = (await inspect(first)).State
  expect(await project.engine.restart(project.folder, project.run())).toMatchObject({
    containers: first.environment.containers,
  })
  expect((await inspect(first)).State.StartedAt).not.toBe(StartedAt)
  expect(await project.exists('/kept')).toBe(true)
})

testOdd(
  'what fails says what it left: no environment, the one that was, or one that is stopped',
  async () => {
    const files = (hook: string) =>
      devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', postStartCommand: hook })
    const left = (text: string) => ({ code: 'hook-failed', hint: expect.stringContaining(`; ${text}.`) })
    await using project = await testProject(files('exit 3'))
    await expect(project.up()).rejects.toMatchObject(left('there is no environment yet'))
    await project.write(files('test ! -e fail'))
    await project.up()
    await project.write(files('exit 4'))
    await expect(project.up()).rejects.toMatchObject(left('the environment is as it was'))
    await project.write({ fail: '' })
    const restart = project.engine.restart(project.folder, project.run())
    await expect(restart).rejects.toMatchObject(left('the environment is stopped'))
    expect((await project.status()).state).toBe('stopped')
  },
)

testOdd(
  'what was changed in the containers is counted as drift, caches aside, and a reset takes it away',
  async () => {
    await using project = await testProject(plain)
    await project.up()
    await project.exec(
      'echo x > /etc/extra; mkdir -p /opt && echo y > /opt/tool; echo z > /tmp/noise; touch in-the-workspace',
    )
    // Two files; the folder of one of them, which is new as well, is no further one.
    expect((await project.status()).drift).toEqual({ changes: 2 })
    await project.reset()
    expect((await project.status()).drift).toEqual({ changes: 0 })
  },
)

testOdd('a definition that changed is reported with its reason before anything is done', async () => {
  await using project = await testProject(plain)
  await project.up()
  await project.write(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { A: '1' } }))
  expect(await project.status()).toMatchObject({
    version: { ordinal: 1 },
    wanted: { ordinal: null },
    because: [{ input: 'containerEnv.A', from: null, to: '1' }],
  })
  const planned = await project.plan()
  expect(planned).toMatchObject({ action: 'built', version: { ordinal: 2 }, environment: { state: 'ready' } })
  expect((await project.versions()).length).toBe(1)
  expect((await project.up()).version).toEqual(planned.version)
})

testEven(
  'removing takes the environment, and keeps versions and data; more only on an explicit word',
  async () => {
    await using project = await testProject(
      devcontainer({
        image: 'busybox:1.36',
        userEnvProbe: 'none',
        // Its image is its own: what is removed here another test may not keep.
        containerEnv: { OWN: randomUUID() },
        mounts: ['source=data,target=/data,type=volume'],
      }),
    )
    const { engine, folder } = project
    const first = await project.up()
    const key = await project.key()
    expect(await engine.remove(folder, { data: false, versions: false })).toEqual({
      containers: [first.environment.containers[0]?.name],
      volumes: [],
      recipes: null,
      images: [],
    })
    expect(await thingsOf(key)).toMatchObject({ containers: [], volumes: [`pristine-${key}-data`] })
    expect((await project.status()).state).toBe('absent')
    expect(await project.up()).toMatchObject({ action: 'started', version: first.version })

    const removed = await engine.remove(folder, { data: true, versions: true })
    expect(removed.images).toEqual(
      expect.arrayContaining([first.version.image, `pristine/${key}:v1`, `pristine/${key}:known-good`]),
    )
    expect(await thingsOf(key)).toEqual({ containers: [], tags: [], volumes: [] })
    expect(await project.versions()).toMatchObject([{ ordinal: 1, present: false }])
  },
)

test('what the engine made for a writer that was killed goes with the next command', async () => {
  await using project = await testProject(plain)
  const { version } = await project.up()
  const Labels = { 'dev.pristine.project': await project.key(), 'dev.pristine.role': 'bake' }
  const left = await docker().createContainer({ Image: version.image, Cmd: ['true'], Labels })
  expect((await project.up()).action).toBe('none')
  await expect(left.inspect()).rejects.toMatchObject({ statusCode: 404 })
})

test('the container of a reader that was killed goes with the next command, one in use stays', async () => {
  await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
    '.devcontainer/Dockerfile':
      'FROM busybox:1.36\nRUN mkdir -p /lib/apk/db && touch /lib/apk/db/installed\n',
  })
  await project.up()
  await project.exec('echo >> /lib/apk/db/installed')
  const key = await project.key()
  const readers = async () => (await thingsOf(key)).containers.filter((name) => name.includes('-look-'))
  const removes = ({ method, path }: { method: string; path: string }) =>
    method === 'DELETE' && path.startsWith('/containers/')
  const env = { DOCKER_HOST: proxy.address }

  const inUse = proxy.at(removes, 'before', { kind: 'hold' })
  const reading = createEngine({ ...project.env, ...env }).drift(project.folder)
  const { release } = await inUse
  const [used] = await readers()
  expect(used).toBeDefined()

  for (const next of [() => project.status(), () => project.up()]) {
    const held = proxy.at(removes, 'before', { kind: 'hold' })
    const child = start(project, ['drift'], env)
    await held
    expect(await readers()).toHaveLength(2)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await next()
    expect(await readers()).toEqual([used])
  }
  release()
  expect((await reading).drift.changes).toBeGreaterThan(0)
  expect(await readers()).toEqual([])
})

testEven('a container that somebody removed is made again', async () => {
  await using project = await testProject(plain)
  const first = await project.up()
  await docker()
    .getContainer(first.environment.containers[0]?.id ?? '')
    .remove({ force: true })
  expect((await project.status()).state).toBe('absent')
  expect(await project.up()).toMatchObject({
    action: 'started',
    version: first.version,
    environment: { state: 'ready' },
  })
})

testEven(
  'a container that was restarted behind our back is not ready until its start hooks ran',
  async () => {
    const withHook = devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      postStartCommand: 'echo start >> /starts',
    })
    await using project = await testProject(withHook)
    const first = await project.up()
    const container = docker().getContainer(first.environment.containers[0]?.id ?? '')
    const ways = [
      () => container.restart({ t: 1 }),
      () => container.stop({ t: 1 }).then(() => container.start()),
    ]
    for (const [at, restart] of ways.entries()) {
      await restart()
      project.events.length = 0
      expect((await project.status()).state).toBe('starting')
      expect(project.events).toContainEqual({
        kind: 'warning',
        text: expect.stringContaining('what runs after each start did not run'),
      })
      expect(await project.up()).toMatchObject({
        action: 'started',
        environment: { state: 'ready', containers: first.environment.containers },
      })
      expect(project.events).toContainEqual({
        kind: 'note',
        text: expect.stringContaining('(start hooks, what makes ports at 127.0.0.1 reachable) runs now'),
      })
      expect((await project.exec('cat /starts')).stdout).toBe('start\n'.repeat(at + 2))
      expect(await project.up()).toMatchObject({ action: 'none' })
    }
    // Where no hook is missing, nothing is.
    await project.write(plain)
    const second = await project.up()
    await docker()
      .getContainer(second.environment.containers[0]?.id ?? '')
      .restart({ t: 1 })
    expect(await project.up()).toMatchObject({ action: 'none', environment: { state: 'ready' } })
  },
)

testOdd(
  'a folder that was deleted or moved away, and made again at its path, is mounted by a new container',
  async () => {
    await using project = await testProject(plain)
    const { folder } = project
    await project.up()
    await rename(folder, `${folder} moved`)
    await rename(`${folder} moved`, folder)
    expect(await project.up()).toMatchObject({ action: 'none' })
    const replaced = {
      action: 'recreated',
      because: [{ input: `the folder ${folder} on this computer`, kind: 'computer' }],
    }
    const warning = {
      kind: 'warning',
      text: expect.stringContaining('is not the folder that the environment'),
    }
    for (const away of [() => rename(folder, `${folder} moved`), () => rm(folder, { recursive: true })]) {
      await away()
      await project.write(plain)
      project.events.length = 0
      await project.status()
      expect(project.events).toContainEqual(warning)
      expect(await project.up()).toMatchObject(replaced)
      expect((await project.exec('touch made-inside')).code).toBe(0)
      expect(await readdir(folder)).toContain('made-inside')
      project.events.length = 0
      expect(await project.status()).toMatchObject({ state: 'ready' })
      expect(project.events).not.toContainEqual(warning)
      expect(await project.up()).toMatchObject({ action: 'none' })
    }
    // What is stopped mounts, when it starts, what is there then.
    await project.engine.stop(folder, project.run())
    await rename(folder, `${folder} moved again`)
    await project.write(plain)
    expect(await project.up()).toMatchObject({ action: 'started' })
    expect((await project.exec('touch made-again')).code).toBe(0)
    expect(await readdir(folder)).toContain('made-again')
    expect(await project.up()).toMatchObject({ action: 'none' })
  },
)

test('before an environment is removed, its program writes what belongs to the data that stays', async () => {
  const save = "trap 'echo saved >/data/file; exit 0' TERM; while :; do sleep 0.1; done"
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      overrideCommand: false,
      mounts: ['source=data,target=/data,type=volume'],
    }),
    '.devcontainer/Dockerfile': `FROM busybox:1.36\nCMD ["sh", "-c", "${save}"]\n`,
  })
  await project.up()
  await project.engine.remove(project.folder, { data: false, versions: false })
  expect(await project.status()).toMatchObject({ state: 'absent' })
  await project.up()
  expect((await project.exec('cat /data/file')).stdout).toBe('saved\n')
})

test('a container that was stopped behind our back is reported as stopped and started again', async () => {
  await using project = await testProject(plain)
  const first = await project.up()
  await docker()
    .getContainer(first.environment.containers[0]?.id ?? '')
    .kill()
  expect((await project.status()).state).toBe('stopped')
  expect((await project.up()).environment).toEqual(first.environment)
})

test('a new version runs beside the old one until it is ready, and then the old one goes', async () => {
  await using project = await testProject(plain)
  const first = await project.up()
  const old = first.environment.containers[0]?.id ?? ''
  await project.write(
    devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', postCreateCommand: 'touch /ready' }),
  )
  const running: Promise<boolean>[] = []
  const second = await project.engine.up(
    project.folder,
    { frozen: false },
    {
      signal: new AbortController().signal,
      report: (event) => {
        if (event.kind === 'step' && event.name.startsWith('postCreateCommand') && event.state === 'running')
          running.push(isRunning(old))
      },
    },
  )
  expect(await Promise.all(running)).toEqual([true])
  await project.engine.settled()
  expect(await isRunning(old)).toBe(false)
  expect((await thingsOf(await project.key())).containers).toEqual(
    second.environment.containers.map(({ name }) => `/${name}`),
  )
})

test('projects are listed with how they stand, also those whose folder is gone, until their versions are removed', async () => {
  await using project = await testProject(plain, { name: 'Listed One' })
  expect(await project.engine.list()).toEqual([])
  await project.up()
  expect(await project.engine.list()).toEqual([
    {
      path: project.folder,
      name: 'Listed One',
      branch: null,
      state: 'ready',
      version: { id: expect.any(String), ordinal: 1 },
      ports: [],
    },
  ])
  await rename(project.folder, `${project.folder} moved`)
  expect(await project.engine.list()).toMatchObject([{ name: 'Listed One', state: 'missing' }])
  await rename(`${project.folder} moved`, project.folder)
  await project.engine.remove(project.folder, { data: true, versions: true })
  expect(await project.engine.list()).toEqual([])
})

test.each([
  ['/nowhere/at/all', 'project-missing'],
  ['/etc/hostname', 'project-missing'],
])('%s is not a project', async (folder, code) => {
  await using project = await testProject(plain)
  await expect(project.engine.status(folder, undefined, project.run())).rejects.toMatchObject({
    code,
    exit: 2,
  })
})

/** A program that its stop signal does not end: the engine kills it three seconds later. */
const stubborn = {
  ...devcontainer({
    build: { dockerfile: 'Dockerfile' },
    userEnvProbe: 'none',
    overrideCommand: false,
    runArgs: ['--stop-timeout=3'],
    mounts: ['source=data,target=/data,type=volume'],
  }),
  '.devcontainer/Dockerfile':
    'FROM busybox:1.36\nCMD ["sh", "-c", "trap \'\' TERM; while :; do sleep 1; done"]\n',
}

// Side by side: each waits for the ten seconds that an engine gives a container to end, and for some more.
test.concurrent.each(sampled(['stop', 'restart', 'reset'], 3))(
  'what a killed %s had begun to stop, and the engine stops later, runs again',
  async (verb) => {
    await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
    await using project = await testProject(stubborn)
    await project.up()
    project.env['DOCKER_HOST'] = proxy.address
    const reached = proxy.at(({ path }) => path === '/containers/#/stop', 'before', { kind: 'hold' })
    const child = start(project, [verb])
    const { release } = await reached
    release()
    await pause(500)
    child.kill('SIGKILL')
    await finish(child)
    const { environment } = await project.up()
    await pause(4_000)
    expect((await project.status()).environment).toEqual(environment)
    expect(await isRunning(environment.containers[0]?.id ?? '')).toBe(true)
  },
)
