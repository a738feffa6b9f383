import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { OperationEvent } from '../../shared/operation.ts'
import type { UpResult } from '../../shared/result.ts'
import { isRunning, thingsOf } from './docker.ts'
import { git } from './git.ts'
import { pruneVersion } from './prune.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

/** A hook that waits until the test lets it read its inputs, each time, where the folder holds a file `wait`. */
const WAIT = '[ ! -e wait ] || { until [ -e go ]; do sleep 0.05; done; rm go; }'
const HOOK = `echo begun; ${WAIT}; cp package-lock.json conf /baked/ || true`

const waiting = (lock: string) => ({
  ...devcontainer({
    build: { dockerfile: '../Dockerfile', context: '..' },
    userEnvProbe: 'none',
    onCreateCommand: HOOK,
  }),
  // Its own, so that no other test's image is this one.
  Dockerfile: `FROM busybox:1.36\nRUN mkdir /baked && echo ${randomBytes(6).toString('hex')}\nCOPY conf /\n`,
  conf: 'conf',
  'package-lock.json': lock,
})

/** A project of these files that git tracks, so that what the test and the hook leave in its folder counts for nothing. */
async function trackedProject(files: Record<string, string>): Promise<TestProject> {
  const project = await testProject(files)
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  return project
}

/** Does something each time that a hook has begun, then lets it go on. */
const meanwhile = (project: TestProject, act: () => Promise<unknown>) => ({
  signal: new AbortController().signal,
  report: (event: OperationEvent) => {
    if (event.kind !== 'log' || !event.text.includes('begun')) return
    void act().then(() => project.write({ go: '' }))
  },
})

/** `up` with something done while its hook waits. */
async function upWhile(project: TestProject, act: () => Promise<unknown>): Promise<UpResult> {
  await project.write({ wait: '' })
  const { signal, report } = meanwhile(project, act)
  const both = (event: OperationEvent) => {
    project.events.push(event)
    report(event)
  }
  try {
    return await project.engine.up(project.folder, { frozen: false }, { signal, report: both })
  } finally {
    await remove(project, 'wait')
  }
}

const remove = (project: TestProject, file: string) => rm(path.join(project.folder, file), { force: true })

/** Does something the first time that it is called. */
const once = (act: () => Promise<unknown>) => {
  let done: Promise<unknown> | undefined
  return () => {
    const first = done === undefined
    done ??= act()
    return first ? done : Promise.resolve()
  }
}

const baked = async (project: TestProject) => (await project.exec('cat /baked/package-lock.json')).stdout

test('an input that changes whenever a baked hook runs: nothing is made of it, and no version holds what another one is', async () => {
  await using project = await trackedProject(waiting('one'))
  const first = await project.up()
  const before = [await thingsOf(await project.key()), await project.versions()]
  await project.write({ 'package-lock.json': 'two' })
  let times = 0
  const up = upWhile(project, () => project.write({ 'package-lock.json': `two and ${++times}` }))
  await expect(up).rejects.toMatchObject({
    code: 'input-changed',
    exit: 5,
    message: 'package-lock.json changed while onCreateCommand ran.',
    hint: expect.stringMatching(/^Run it again/),
  })
  expect(times).toBe(2)
  expect([await thingsOf(await project.key()), await project.versions()]).toEqual(before)
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
  expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 2 } })
  expect(await baked(project)).toBe('two and 2')
  await project.write({ 'package-lock.json': 'two' })
  expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 3 } })
  expect(await baked(project)).toBe('two')
})

test.for([
  [
    'a lockfile',
    'package-lock.json',
    (project: TestProject) => project.write({ 'package-lock.json': 'three' }),
  ],
  [
    'a file that the Dockerfile copies by its name',
    'conf',
    (project: TestProject) => project.write({ conf: 'x' }),
  ],
  [
    'a lockfile that comes',
    'yarn.lock',
    async (project: TestProject) => {
      await project.write({ 'yarn.lock': '' })
      git(project.folder, 'add', 'yarn.lock')
    },
  ],
  [
    'a lockfile that goes',
    'package-lock.json',
    (project: TestProject) => remove(project, 'package-lock.json'),
  ],
] as const)(
  '%s that changes while a baked hook runs: the version is built again with what it is then',
  async ([, input, change]) => {
    await using project = await trackedProject(waiting('one'))
    const up = await upWhile(
      project,
      once(() => change(project)),
    )
    expect(up).toMatchObject({ action: 'built', version: { ordinal: 1 } })
    expect(project.events).toContainEqual({
      kind: 'warning',
      text: `${input} changed while onCreateCommand ran. The version is built again, with what it is now.`,
    })
    expect(await project.versions()).toHaveLength(1)
    expect((await project.up()).action).toBe('none')
  },
)

test('a file that is no input may change while a baked hook runs', async () => {
  const files = waiting('one')
  await using project = await trackedProject({
    ...files,
    Dockerfile: `${files.Dockerfile}COPY . /all\n`,
    'src/a': '1',
  })
  let times = 0
  await upWhile(project, () => project.write({ 'src/a': '2', 'src/b': `${++times}` }))
  expect(times).toBe(1)
})

test('an input that changes while a version is built again from its recipe', async () => {
  await using project = await trackedProject(waiting('one'))
  const first = await project.up()
  await project.write({ Dockerfile: `FROM busybox:1.36\nRUN mkdir /baked && echo ${first.version.id}\n` })
  await project.up()
  await pruneVersion(project, 1)
  await project.write({ wait: '' })
  const run = meanwhile(project, () => project.write({ 'package-lock.json': 'two' }))
  const reset = project.engine.reset(project.folder, { to: 'v1' }, run)
  await expect(reset).rejects.toMatchObject({
    code: 'input-changed',
    data: { inputs: ['package-lock.json'] },
  })
  expect(await project.versions()).toMatchObject([{ current: true }, { present: false }])
  await remove(project, 'wait')
  // As it was then, it is put in front of what the folder has today.
  await project.reset('v1')
  expect(await baked(project)).toBe('one')
})

test('watch builds the newest state instead', async () => {
  await using project = await trackedProject(waiting('one'))
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  const heard = meanwhile(project, async () => {
    await project.write({ 'package-lock.json': 'three' })
    await remove(project, 'wait')
  })
  let first = true
  project.events.push = (...events) => {
    for (const event of first ? events : []) {
      heard.report(event)
      if (event.kind === 'log' && event.text.includes('begun')) first = false
    }
    return 0
  }
  await project.write({ 'package-lock.json': 'two', wait: '' })
  expect(await watching.until('swapped')).toMatchObject({ ordinal: 2 })
  expect(watching.states.map(({ kind }) => kind)).not.toContain('failed')
  expect(await baked(project)).toBe('three')
  expect(await project.versions()).toHaveLength(2)
})

test.for([
  ['at its end', 'date +%N >> package-lock.json'],
  ['long before its end', 'date +%N >> package-lock.json; sleep 5'],
])('a baked hook that changes its own input %s is told, and not built for ever', async ([, hook]) => {
  const files = (level: number, command: string) =>
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      containerEnv: { LEVEL: String(level), OWN: hook },
      onCreateCommand: command,
    })
  await using project = await testProject({ ...files(1, 'true'), 'package-lock.json': '' })
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write(files(2, hook ?? ''))
  expect((await watching.until('failed')).error).toMatchObject({
    code: 'hook-changes-inputs',
    message: 'onCreateCommand changes package-lock.json, which is part of the version.',
    data: { inputs: ['package-lock.json'], builds: 3 },
  })
  expect(await watching.rest()).toEqual([])
  expect(await readFile(path.join(project.folder, 'package-lock.json'), 'utf8')).toMatch(/^(\S+\n){3}$/)
  expect(await project.versions()).toHaveLength(1)
  // The next edit is tried, once if the hook goes on, and built when it does not.
  await project.write(files(3, hook ?? ''))
  expect((await watching.until('failed')).error).toMatchObject({ code: 'hook-changes-inputs' })
  expect(await readFile(path.join(project.folder, 'package-lock.json'), 'utf8')).toMatch(/^(\S+\n){4}$/)
  await project.write(files(4, 'true'))
  expect(await watching.until('swapped')).toMatchObject({ ordinal: 2 })
})
