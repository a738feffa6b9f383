import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { docker, inspect, isRunning, thingsOf } from './docker.ts'
import { git } from './git.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

test('content hooks run once, at the build: their result is in the image, and a reset does not repeat them', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      onCreateCommand: 'echo created >> /made && mkdir kept && echo created >> kept/counter',
      updateContentCommand: ['sh', '-c', 'echo updated >> /made && echo updated >> kept/counter'],
    }),
  )
  await project.up()
  const both = 'cat /made kept/counter'
  expect((await project.exec(both)).stdout).toBe('created\nupdated\ncreated\nupdated\n')
  await project.exec('rm -r /made kept/counter')
  await project.reset()
  expect((await project.exec(both)).stdout).toBe('created\nupdated\ncreated\nupdated\n')
})

test("a baked image keeps its base's configuration, and nothing of the container leaks into it", async () => {
  const dockerfile = `FROM busybox:1.36
ENV KEPT=yes
WORKDIR /srv
USER 1000
EXPOSE 8080
STOPSIGNAL SIGINT
HEALTHCHECK CMD true
ENTRYPOINT ["/bin/echo"]
CMD ["hello"]
`
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      containerEnv: { ONLY_HERE: 'secret-of-the-container' },
      onCreateCommand: 'test "$ONLY_HERE" = secret-of-the-container && touch /tmp/baked',
    }),
    '.devcontainer/Dockerfile': dockerfile,
  })
  const { version } = await project.up()
  const { Config } = await docker().getImage(version.image).inspect()
  expect(Config).toMatchObject({
    Entrypoint: ['/bin/echo'],
    Cmd: ['hello'],
    WorkingDir: '/srv',
    User: '1000',
    ExposedPorts: { '8080/tcp': {} },
    StopSignal: 'SIGINT',
    Healthcheck: { Test: ['CMD-SHELL', 'true'] },
  })
  expect(Config.Env).toContain('KEPT=yes')
  expect(JSON.stringify(Config.Env)).not.toContain('ONLY_HERE')
  expect(Config.Hostname ?? '').toBe('')
  expect(await project.exists('/tmp/baked')).toBe(true)
})

testEven('an image without a command has none after baking', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, onCreateCommand: 'true' }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36 AS base\nFROM scratch\nCOPY --from=base / /\n',
  })
  const { version } = await project.up()
  const { Config } = await docker().getImage(version.image).inspect()
  expect([Config.Entrypoint ?? [], Config.Cmd ?? []]).toEqual([[], []])
})

test('a content hook that fails changes nothing and says what it printed', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  const first = await project.up()
  const before = await thingsOf(await project.key())
  await project.write(devcontainer({ image: 'busybox:1.36', onCreateCommand: 'echo dear me; exit 4' }))
  const failure = await project.up().catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'hook-failed',
    exit: 5,
    data: {
      hook: 'onCreateCommand',
      command: 'echo dear me; exit 4',
      code: 4,
      output: ['dear me'],
    },
  })
  expect(await thingsOf(await project.key())).toEqual(before)
  expect((await inspect(first)).State.Running).toBe(true)
})

test('a hook that is killed is distinguished from a container that is ended beneath it', async () => {
  const hooks = (hook: string) =>
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      runArgs: ['--memory', '16m'],
      onCreateCommand: hook,
    })
  await using project = await testProject(hooks('tail /dev/zero'))
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    data: { code: 137 },
    hint: expect.stringContaining('memory ran out'),
  })
  await project.write(hooks('echo begun; sleep 600'))
  const key = await project.key()
  let ended: Promise<unknown> | undefined
  const end = async () => {
    const filters = { label: [`dev.pristine.project=${key}`] }
    const [bake] = await docker().listContainers({ filters })
    await docker()
      .getContainer(bake?.Id ?? '')
      .kill()
  }
  const up = project.engine.up(
    project.folder,
    { frozen: false },
    {
      signal: new AbortController().signal,
      report: (event) => {
        if (event.kind === 'log' && event.text.includes('begun')) ended ??= end()
      },
    },
  )
  await expect(up).rejects.toMatchObject({ code: 'hook-interrupted', exit: 5 })
  await ended
  expect(await thingsOf(key)).toMatchObject({ containers: [], tags: [] })
})

test("a link that takes the place of git's objects once the workspace is copied shows no folder of this computer", async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      onCreateCommand:
        'cd -P "$(cat .git/objects/info/alternates)" && pwd > /objects; find / -name id_key > /found || true',
    }),
  )
  git(project.folder, 'init', '-q')
  const outside = path.join(project.folder, '../outside')
  mkdirSync(outside)
  writeFileSync(path.join(outside, 'id_key'), 'secret')
  await project.up()
  const seen = async () => (await project.exec('cat /objects; cat /found')).stdout
  expect(await seen()).toBe('/run/pristine-git-0/.git/objects\n')
  await project.write(
    devcontainer({
      image: 'busybox:1.36',
      onCreateCommand: 'ls -R /run > /objects; find / -name id_key > /found || true',
    }),
  )
  const objects = path.join(project.folder, '.git/objects')
  let exchanged = false
  await project.engine.up(
    project.folder,
    { frozen: false },
    {
      signal: new AbortController().signal,
      report: (event) => {
        if (exchanged || event.kind !== 'step' || event.id !== 'view' || event.state !== 'done') return
        renameSync(objects, `${objects}-before`)
        symlinkSync(outside, objects)
        exchanged = true
      },
    },
  )
  expect(exchanged).toBe(true)
  expect(await seen()).toMatch(/^\/run:/)
  expect(await seen()).not.toContain('id_key')
})

test('cancelling a content hook removes its container', async () => {
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', onCreateCommand: 'echo begun; sleep 60' }),
  )
  const controller = new AbortController()
  const up = project.engine.up(
    project.folder,
    { frozen: false },
    {
      signal: controller.signal,
      report: (event) => {
        if (event.kind === 'log' && event.text.includes('begun')) controller.abort()
      },
    },
  )
  await expect(up).rejects.toMatchObject({ code: 'cancelled' })
  expect(await thingsOf(await project.key())).toMatchObject({ containers: [], tags: [] })
})

testOdd(
  'a clone in a folder of another name bakes a version of its own, one in a folder of the same name does not',
  async () => {
    const files = devcontainer({ image: 'busybox:1.36', onCreateCommand: 'pwd > /where; hostname > /name' })
    await using one = await testProject(files, { name: 'one' })
    await using two = await testProject(files, { name: 'two' })
    await using again = await testProject(files, { name: 'one' })
    const [first, second, third] = [await one.up(), await two.up(), await again.up()]
    expect(second.version.id).not.toBe(first.version.id)
    expect(third.version.id).toBe(first.version.id)
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    const seen = await Promise.all([one, two, again].map((project) => project.exec('cat /where /name')))
    expect(seen.map(({ stdout }) => stdout)).toEqual([
      '/workspaces/one\npristine\n',
      '/workspaces/two\npristine\n',
      '/workspaces/one\npristine\n',
    ])
  },
)

test("what a content hook writes into the shell's start-up files counts in the environment", async () => {
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', onCreateCommand: 'echo "export FROM_PROFILE=yes" >> ~/.profile' }),
  )
  await project.up()
  expect((await project.exec('echo $FROM_PROFILE')).stdout).toBe('yes\n')
})
