// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { OperationEvent } from '../../shared/operation.ts'
import { processorTime } from '../processor-time.ts'
import { halves, sampled } from '../sample.ts'
import { start } from './command.ts'
import { isRunning, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const note = (word: string) => `echo ${word} >> order.txt`
const order = async (project: TestProject) =>
  (await readFile(path.join(project.folder, 'order.txt'), 'utf8')).trim().split('\n')

test('hooks run in their order: content at the build, then creation, start and attaching', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      postAttachCommand: note('attach'),
      postStartCommand: note('start'),
      postCreateCommand: note('create'),
      updateContentCommand: note('content'),
      onCreateCommand: note('onCreate'),
    }),
  )
  await project.up()
  expect(await order(project)).toEqual(['onCreate', 'content', 'create', 'start', 'attach'])
})

test('a hook may be a shell text, an argument list, or a set that runs side by side', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      onCreateCommand: 'echo "$HOME" > /text && echo done',
      postCreateCommand: ['sh', '-c', 'echo "$1" > /list', 'sh', '$HOME not expanded'],
      // Each waits for the other: one after the other they would never end.
      postStartCommand: {
        one: 'touch /one; until [ -e /two ]; do sleep 0.05; done',
        two: ['sh', '-c', 'touch /two; until [ -e /one ]; do sleep 0.05; done'],
      },
    }),
  )
  await project.up()
  expect((await project.exec('cat /text /list')).stdout).toBe('/root\n$HOME not expanded\n')
  const steps = project.events.flatMap((event) =>
    event.kind === 'step' && event.state === 'done' ? [event.name] : [],
  )
  expect(steps).toEqual(expect.arrayContaining([expect.stringMatching(/^postStartCommand one: /)]))
})

test("a hook of an image gets a granted variable of the person's environment, whose value nothing shows", async () => {
  const hook = 'echo "it is ${localEnv:HOOK_TOKEN}" | tee -a /got'
  const label = JSON.stringify([{ postCreateCommand: hook, postStartCommand: `${hook}; exit 3` }])
  await using project = await testProject(
    {
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, postCreateCommand: 'true' }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nLABEL devcontainer.metadata='${label}'\n`,
    },
    { env: { HOOK_TOKEN: 'canary-of-hooks' } },
  )
  await expect(project.up()).rejects.toMatchObject({
    code: 'not-trusted',
    data: { asked: [{ kind: 'variable', name: 'HOOK_TOKEN' }] },
  })
  await project.grant()
  const failure = await project.up().catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'hook-failed',
    data: { command: `${hook}; exit 3`, output: ['it is ${localEnv:HOOK_TOKEN}'] },
  })
  expect(JSON.stringify(project.events)).toContain('it is ${localEnv:HOOK_TOKEN}')
  expect(JSON.stringify([project.events, failure])).not.toContain('canary-of-hooks')
  await project.write({
    '.devcontainer/Dockerfile': `FROM busybox:1.36\nLABEL devcontainer.metadata='${label.replace('; exit 3', '')}'\n`,
  })
  await project.up()
  expect((await project.exec('cat /got')).stdout).toBe('it is canary-of-hooks\n'.repeat(2))
})

test("what hooks print of a variable that their container gets of the person's environment is hidden", async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      containerEnv: { OWN: 'own ${localEnv:HOOK_TOKEN}' },
      remoteEnv: { REMOTE: '${localEnv:HOOK_TOKEN}' },
      onCreateCommand: 'echo "baked with $OWN"',
      postStartCommand: 'echo "started with $REMOTE"; exit 3',
    }),
    { env: { HOOK_TOKEN: 'canary-of-hooks' } },
  )
  await project.grant()
  const failure = await project.up().catch((error: unknown) => error)
  expect(failure).toMatchObject({ data: { output: ['started with ${localEnv:HOOK_TOKEN}'] } })
  const shown = JSON.stringify([project.events, failure])
  expect(shown).toContain('baked with own ${localEnv:HOOK_TOKEN}')
  expect(shown).not.toContain('canary-of-hooks')
})

testEven('creation hooks run once a container, start hooks at every start', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      postCreateCommand: note('create'),
      postStartCommand: note('start'),
    }),
  )
  await project.up()
  await project.up()
  expect(await order(project)).toEqual(['create', 'start'])
  await project.engine.stop(project.folder, project.run())
  expect((await project.up()).action).toBe('started')
  expect(await order(project)).toEqual(['create', 'start', 'start'])
  await project.engine.restart(project.folder, project.run())
  expect(await order(project)).toEqual(['create', 'start', 'start', 'start'])
  await project.reset()
  expect(await order(project)).toEqual(['create', 'start', 'start', 'start', 'create', 'start'])
})

test.each(sampled(['postCreateCommand', 'postStartCommand', 'postAttachCommand'], 3))(
  'a failing %s leaves the old environment as it was, and known-good where it was',
  async (hook) => {
    await using project = await testProject(
      devcontainer({ image: 'busybox:1.36', mounts: ['source=data,target=/data,type=volume'] }),
    )
    const first = await project.up()
    const before = await thingsOf(await project.key())
    const definition = {
      image: 'busybox:1.36',
      mounts: ['source=data,target=/data,type=volume'],
      [hook]: 'echo why; exit 9',
    }
    await project.write(devcontainer(definition))
    const failure = await project.up().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'hook-failed',
      data: { hook, command: 'echo why; exit 9', code: 9, output: ['why'] },
    })
    expect((failure as Error).message).toBe(`${hook} failed with exit code 9: echo why; exit 9`)
    const after = await thingsOf(await project.key())
    expect(after.containers).toEqual(before.containers)
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    expect(await project.status()).toMatchObject({
      state: 'ready',
      version: { ordinal: 1 },
      wanted: { ordinal: 2 },
    })
    expect(await project.versions()).toMatchObject([
      { ordinal: 2, knownGood: false, current: false, present: true },
      { ordinal: 1, knownGood: true, current: true },
    ])
  },
)

testOdd(
  'a start hook that fails when a stopped environment starts leaves it stopped, and is tried again',
  async () => {
    await using project = await testProject(
      devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', postStartCommand: 'test ! -e broken' }),
    )
    const first = await project.up()
    await project.engine.stop(project.folder, project.run())
    await project.write({ broken: '' })
    for (const _ of [1, 2]) {
      await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
      expect(await project.status()).toMatchObject({ state: 'stopped' })
    }
    await rm(path.join(project.folder, 'broken'))
    expect((await project.up()).environment).toEqual(first.environment)
  },
)

testEven(
  'a start whose command dies before its hooks have ended is begun anew by the next command',
  async () => {
    const files = devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      postStartCommand: 'echo begun >> starts; until [ -e go ]; do sleep 0.1; done; echo done >> starts',
    })
    await using project = await testProject({ ...files, go: '' })
    const starts = async () =>
      (await readFile(path.join(project.folder, 'starts'), 'utf8')).split('\n').slice(0, -1)
    await project.up()
    await project.engine.stop(project.folder, project.run())
    await rm(path.join(project.folder, 'go'))
    const dying = start(project, ['up'])
    await expect.poll(starts, { timeout: 60_000 }).toEqual(['begun', 'done', 'begun'])
    dying.kill('SIGKILL')
    await once(dying, 'exit')
    const status = project.status()
    await expect.poll(starts, { timeout: 60_000 }).toHaveLength(4)
    await project.write({ go: '' })
    expect(await status).toMatchObject({ state: 'ready' })
    expect(await starts()).toEqual(['begun', 'done', 'begun', 'begun', 'done'])
  },
)

test('of a set that runs side by side, the failing member is named', async () => {
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', postCreateCommand: { good: 'true', bad: 'echo broken; false' } }),
  )
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    data: { command: 'echo broken; false', output: ['broken'] },
  })
  expect(await thingsOf(await project.key())).toMatchObject({ containers: [] })
})

test('hooks run as the remote user, in the workspace, with the remote environment', async () => {
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      remoteUser: 'dev',
      remoteEnv: { COLOUR: 'blue' },
      postCreateCommand: 'echo "$(id -un) $(pwd) $COLOUR" > /tmp/seen',
    }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo dev:x:1000:1000::/tmp:/bin/sh >> /etc/passwd\n',
  })
  await project.up()
  expect((await project.exec('cat /tmp/seen')).stdout).toBe('dev /workspaces/project blue\n')
})

testOdd('a container that ends during its hooks is reported as ended, with what it printed', async () => {
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      overrideCommand: false,
      postCreateCommand: ['true'],
      userEnvProbe: 'none',
    }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCMD ["sh", "-c", "echo no configuration; exit 3"]\n',
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-exited',
    data: { code: 3, output: ['no configuration'] },
    exit: 6,
  })
})

test.for(sampled(['onCreateCommand', 'postCreateCommand'], 2))(
  'what %s printed last without a line end is told as far as it fits, however much it is',
  async (hook) => {
    const command = 'head -c 150000000 /dev/zero | tr "\\0" x; echo; echo the end; exit 4'
    await using project = await testProject(devcontainer({ image: 'busybox:1.36', [hook]: command }))
    let longest = 0
    const report = (event: OperationEvent) => {
      if (event.kind === 'log') longest = Math.max(longest, event.text.length)
    }
    const spent = processorTime()
    const failure = await project.engine
      .up(project.folder, { frozen: false }, { ...project.run(), report })
      .catch((error: unknown) => error)
    // The time that the square of it takes is counted in minutes.
    expect(spent()).toBeLessThan(60_000)
    expect(failure).toMatchObject({ code: 'hook-failed', data: { code: 4 } })
    const { output } = (failure as { data: { output: string[] } }).data
    expect(output.join('\n')).toMatch(/^… [x\n]*x\n+the end$/)
    expect(output.join('\n').length).toBeLessThan(17 * 1024)
    expect(longest).toBeLessThan(256 * 1024)
  },
)
