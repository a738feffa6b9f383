import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { OperationEvent } from '../../shared/operation.ts'
import type { UpResult } from '../../shared/result.ts'
import { sampled, thirds } from '../sample.ts'
import { isRunning, thingsOf } from './docker.ts'
import { git } from './git.ts'
import { pruneVersion } from './prune.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

// In a sample, one of each of these groups.
const [testFirst, testSecond, testThird] = thirds(test)

const files = (lock: string) => ({
  ...devcontainer({
    build: { dockerfile: '../Dockerfile', context: '..' },
    userEnvProbe: 'none',
    onCreateCommand: 'cp package-lock.json conf /baked/ || true',
  }),
  // Its own, so that no other test's image is this one.
  Dockerfile: `FROM busybox:1.36\nRUN mkdir /baked && echo ${randomBytes(6).toString('hex')}\nCOPY conf /\n`,
  conf: 'conf',
  'package-lock.json': lock,
})

/** A project of these files that git tracks, so that what the test leaves in its folder counts for nothing. */
async function trackedProject(files: Record<string, string>): Promise<TestProject> {
  const project = await testProject(files)
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  return project
}

/** Whether a build has begun, once each: the context is sent, and no hook has run. */
const begins = (event: OperationEvent) =>
  event.kind === 'step' && /RUN mkdir/.test(event.name) && event.state !== 'running'

/** Does something, at once, each time that a build has begun. */
const meanwhile = (act: () => void) => ({
  signal: new AbortController().signal,
  report: (event: OperationEvent) => {
    if (begins(event)) act()
  },
})

function upWhile(project: TestProject, act: () => void): Promise<UpResult> {
  const { signal, report } = meanwhile(act)
  const both = (event: OperationEvent) => {
    project.events.push(event)
    report(event)
  }
  return project.engine.up(project.folder, { frozen: false }, { signal, report: both })
}

const write = (project: TestProject, file: string, text: string) =>
  writeFileSync(path.join(project.folder, file), text)
const remove = (project: TestProject, file: string) => rmSync(path.join(project.folder, file))

/** Does something the first time that it is called. */
const once = (act: () => void) => {
  let done = false
  return () => {
    if (!done) act()
    done = true
  }
}

const baked = async (project: TestProject) => (await project.exec('cat /baked/package-lock.json')).stdout

testFirst(
  'an input that changes whenever a version is built: nothing is made of it, and no version holds what another one is',
  async () => {
    await using project = await trackedProject(files('one'))
    const first = await project.up()
    const before = [await thingsOf(await project.key()), await project.versions()]
    await project.write({ 'package-lock.json': 'two' })
    let times = 0
    const up = upWhile(project, () => write(project, 'package-lock.json', `two and ${++times}`))
    await expect(up).rejects.toMatchObject({
      code: 'input-changed',
      exit: 5,
      message: 'package-lock.json changed while the version was built.',
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
  },
)

const CHANGES = [
  ['a lockfile', 'package-lock.json', (project: TestProject) => write(project, 'package-lock.json', 'three')],
  [
    'a file that the Dockerfile copies by its name',
    'conf',
    (project: TestProject) => write(project, 'conf', 'x'),
  ],
  [
    'a lockfile that comes',
    'yarn.lock',
    (project: TestProject) => {
      write(project, 'yarn.lock', '')
      git(project.folder, 'add', 'yarn.lock')
    },
  ],
  [
    'a lockfile that goes',
    'package-lock.json',
    (project: TestProject) => remove(project, 'package-lock.json'),
  ],
] as const
test.for(sampled(CHANGES, 4))(
  '%s that changes while a version is built: it is built again with what it is then',
  async ([, input, change]) => {
    await using project = await trackedProject(files('one'))
    const up = await upWhile(
      project,
      once(() => change(project)),
    )
    expect(up).toMatchObject({ action: 'built', version: { ordinal: 1 } })
    expect(project.events).toContainEqual({
      kind: 'warning',
      text: `${input} changed while the version was built. The version is built again, with what it is now.`,
    })
    expect(await project.versions()).toHaveLength(1)
    expect((await project.up()).action).toBe('none')
  },
)

test('a file that is no input may change while a version is built', async () => {
  const { Dockerfile, ...rest } = files('one')
  await using project = await trackedProject({
    ...rest,
    Dockerfile: `${Dockerfile}COPY . /all\n`,
    'src/a': '1',
  })
  let times = 0
  await upWhile(project, () => {
    write(project, 'src/a', '2')
    write(project, 'src/b', `${++times}`)
  })
  expect(times).toBe(1)
})

testSecond(
  'an input that changes while a version is built again from its recipe: the hooks see it as it was then',
  async () => {
    await using project = await trackedProject(files('one'))
    const first = await project.up()
    await project.write({ Dockerfile: `FROM busybox:1.36\nRUN mkdir /baked && echo ${first.version.id}\n` })
    await project.up()
    await pruneVersion(project, 1)
    const run = meanwhile(() => write(project, 'package-lock.json', 'two'))
    await project.engine.reset(project.folder, { to: 'v1' }, run)
    expect(await baked(project)).toBe('one')
    expect(await readFile(path.join(project.folder, 'package-lock.json'), 'utf8')).toBe('two')
  },
)

testThird('watch builds the newest state instead', async () => {
  await using project = await trackedProject(files('one'))
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  const change = once(() => write(project, 'package-lock.json', 'three'))
  project.events.push = (...events) => {
    for (const event of events) if (begins(event)) change()
    return 0
  }
  await project.write({ 'package-lock.json': 'two' })
  expect(await watching.until('swapped')).toMatchObject({ ordinal: 2 })
  expect(watching.states.map(({ kind }) => kind)).not.toContain('failed')
  expect(await baked(project)).toBe('three')
  expect(await project.versions()).toHaveLength(2)
})

test('a content hook changes no input of its own: it is reported, and the version is built once', async () => {
  await using project = await testProject({
    ...devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      containerEnv: { OWN: randomBytes(6).toString('hex') },
      onCreateCommand: 'echo 2 >> package-lock.json; echo 1 > yarn.lock; mkdir node_modules',
    }),
    'package-lock.json': '1\n',
  })
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  await project.up()
  const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
  expect(warnings).toEqual([
    'onCreateCommand changed package-lock.json in its copy of the workspace. The folder itself stays as it is.',
    'onCreateCommand made yarn.lock, which would be part of the version: it is not put into the folder. Make it yourself and commit it.',
  ])
  expect(await readFile(path.join(project.folder, 'package-lock.json'), 'utf8')).toBe('1\n')
  expect(await project.exec('ls -d package-lock.json yarn.lock node_modules')).toMatchObject({
    stdout: 'node_modules\npackage-lock.json\n',
  })
  expect((await project.up()).action).toBe('none')
})
