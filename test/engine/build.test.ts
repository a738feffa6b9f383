// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { inspect as inspectDeeply } from 'node:util'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { buildImage } from '../../main/docker/build/build-image.ts'
import { connect } from '../../main/docker/connection/connect.ts'
import type { OperationEvent } from '../../shared/operation.ts'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { docker, inspect, isRunning, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** A project that is built from a Dockerfile. `build` adds to the definition's own. */
const built = (dockerfile: string, build: object = {}, more: Record<string, string> = {}) => ({
  ...devcontainer({ build: { dockerfile: '../Dockerfile', context: '..', ...build }, userEnvProbe: 'none' }),
  Dockerfile: dockerfile,
  ...more,
})
const stepsOf = (events: OperationEvent[]) => events.filter((event) => event.kind === 'step')
const logOf = (events: OperationEvent[]) =>
  events.map((event) => (event.kind === 'log' ? event.text : '')).join('')

test('a cache mount is shared by the builds of one project, and not with another', async () => {
  const mount = '--mount=type=cache,target=/shared,id=x'
  const dockerfile = (word: string) =>
    `FROM busybox:1.36\nRUN ${mount} echo ${word} >> /shared/words && cp /shared/words /words\n`
  const id = process.pid
  await using one = await testProject(built(dockerfile(`${id}-first`)))
  await one.up()
  await one.write(built(dockerfile(`${id}-second`)))
  await one.up()
  expect((await one.exec('cat /words')).stdout).toBe(`${id}-first\n${id}-second\n`)
  await using other = await testProject(built(dockerfile(`${id}-other`)))
  await other.up()
  expect((await other.exec('cat /words')).stdout).toBe(`${id}-other\n`)
})

test('steps and their output are reported while they run, and what was built before is cached', async () => {
  const dockerfile = `FROM busybox:1.36\nRUN echo made by ${process.pid} && echo twice >&2\n`
  await using project = await testProject(built(dockerfile))
  await project.up()
  const steps = stepsOf(project.events).filter((step) => step.name.includes('RUN echo made'))
  expect(steps.map((step) => step.state)).toEqual(expect.arrayContaining(['running', 'done']))
  expect(logOf(project.events)).toContain(`made by ${process.pid}`)
  expect(logOf(project.events)).toContain('twice')

  await using clone = await testProject(built(dockerfile))
  await clone.up()
  const again = stepsOf(clone.events).filter((step) => step.name.includes('RUN echo made'))
  expect(again.at(-1)?.state).toBe('cached')
})

testEven(
  'a failing step is reported with its line and its output, and what ran goes on running',
  async () => {
    await using project = await testProject(built('FROM busybox:1.36\n'))
    const first = await project.up()
    const before = await thingsOf(await project.key())
    await project.write({
      Dockerfile:
        '# a comment\nARG BASE=busybox:1.36\n\nFROM $BASE\nRUN true\nRUN echo so far so good \\\n && echo alas >&2 \\\n && exit 7\n',
    })
    const failure = await project.up().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'build-failed',
      exit: 5,
      data: {
        file: 'Dockerfile',
        line: 6,
        problem: 'exit code: 7',
        output: expect.arrayContaining(['so far so good', 'alas']),
      },
    })
    expect((failure as Error).message).toMatch(/^Dockerfile:6: RUN echo so far so good/)
    expect(await project.status()).toMatchObject({
      state: 'ready',
      version: { id: first.version.id },
      environment: { containers: first.environment.containers },
    })
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    expect(await thingsOf(await project.key())).toEqual(before)
  },
)

test('the failing stage is meant, not an equal line of another one', async () => {
  const dockerfile = [
    'FROM busybox:1.36 AS one',
    'ARG FAIL=',
    'RUN [ -z "$FAIL" ]',
    'FROM busybox:1.36 AS two',
    'ARG FAIL=yes',
    'RUN [ -z "$FAIL" ]',
    'FROM busybox:1.36',
    'COPY --from=one /bin/true /one',
    'COPY --from=two /bin/true /two',
  ]
  await using project = await testProject(built(dockerfile.join('\n')))
  await expect(project.up()).rejects.toMatchObject({ code: 'build-failed', data: { line: 6 } })
})

test('a copied file that does not exist is reported on its line', async () => {
  await using project = await testProject(built('FROM busybox:1.36\n\nCOPY missing.txt /\n'))
  await expect(project.up()).rejects.toMatchObject({
    code: 'build-failed',
    data: { file: 'Dockerfile', line: 3, problem: expect.stringContaining('missing.txt') },
  })
})

test('a here-document that fails is reported where it begins, or that the builder knows none', async () => {
  const heredoc = `FROM busybox:1.36\nRUN true\nRUN <<END\necho in it\nexit 3\nEND\n`
  await using project = await testProject(built(heredoc))
  // BuildKit's since Docker 23, Podman's since 5.
  const major = Number.parseInt((await docker().version()).Version, 10)
  const told =
    major >= 23 || major === 5
      ? { line: 3, problem: 'exit code: 3', output: ['in it'] }
      : { line: 3, problem: expect.stringMatching(/^the builder of this engine knows no here-documents/) }
  await expect(project.up()).rejects.toMatchObject({ code: 'build-failed', data: told })
})

testOdd(
  'cancelling in the middle of a step leaves what ran and nothing else, and the next try works',
  async () => {
    await using project = await testProject(built('FROM busybox:1.36\n'))
    const first = await project.up()
    const before = await thingsOf(await project.key())
    await project.write({ Dockerfile: `FROM busybox:1.36\nRUN echo begun ${process.pid} && sleep 30\n` })
    const controller = new AbortController()
    const cancelled = project.engine.up(
      project.folder,
      { frozen: false },
      {
        signal: controller.signal,
        report: (event) => {
          if (event.kind === 'log' && event.text.includes('begun')) controller.abort()
        },
      },
    )
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled', exit: 130 })
    expect(await thingsOf(await project.key())).toEqual(before)
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    expect((await project.versions()).map((version) => version.ordinal)).toEqual([1])

    await project.write({ Dockerfile: `FROM busybox:1.36\nRUN echo begun ${process.pid}\n` })
    expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 2 } })
  },
)

test('a target builds its own stages only, and edits of the others make no new version', async () => {
  const dockerfile = (tests: string) =>
    `FROM busybox:1.36 AS base\nRUN touch /base\nFROM base AS dev\nRUN touch /dev-stage\nFROM base AS tests\nRUN ${tests}\n`
  await using project = await testProject(built(dockerfile('false'), { target: 'dev' }))
  const first = await project.up()
  expect(await project.exists('/dev-stage')).toBe(true)
  await project.write({ Dockerfile: dockerfile('exit 1') })
  expect(await project.up()).toMatchObject({ action: 'none', version: { id: first.version.id } })
  await project.write(built(dockerfile('true'), { target: 'tests' }))
  expect((await project.plan()).because.map((change) => change.input)).toContain('build target')
})

testEven('only files that the build copies are inputs, and only they are sent', async () => {
  await using project = await testProject(
    built(
      'FROM busybox:1.36\nCOPY wanted.txt sub* /there/\n',
      {},
      { 'wanted.txt': '1', 'sub/x': '2', 'other.txt': '3' },
    ),
  )
  const first = await project.up()
  expect((await project.exec('cd /there && find . -type f | sort')).stdout).toBe('./wanted.txt\n./x\n')
  await project.write({ 'other.txt': 'changed', 'new.txt': 'new' })
  expect((await project.up()).action).toBe('none')
  await project.write({ 'wanted.txt': 'changed' })
  const second = await project.up()
  expect(second).toMatchObject({
    action: 'built',
    version: { ordinal: 2 },
    because: [{ input: 'wanted.txt' }],
  })
  await project.write({ 'wanted.txt': '1' })
  expect(await project.up()).toMatchObject({ action: 'recreated', version: first.version })
})

testOdd(
  'a dependency lockfile that nothing copies makes a new version, for the package that changed',
  async () => {
    const lockfile = (version: string) => ({
      'package-lock.json': JSON.stringify({ packages: { 'node_modules/nanoid': { version } } }),
    })
    await using project = await testProject(built('FROM busybox:1.36\n', {}, lockfile('5.1.6')))
    await project.up()
    await project.write(lockfile('5.1.5'))
    const detail = { kind: 'packages', packages: [{ name: 'nanoid', from: '5.1.6', to: '5.1.5' }], count: 1 }
    const because = [{ input: 'package-lock.json', kind: 'file', detail }]
    expect((await project.status()).because).toMatchObject(because)
    expect(await project.up()).toMatchObject({ action: 'built', because })
    // What was said then, the history keeps.
    expect((await project.versions())[0]).toMatchObject({ ordinal: 2, because })
    const { stdout } = await pristine(project, 'versions')
    expect(stdout).toContain('nanoid 5.1.6 -> 5.1.5 (package-lock.json)')
  },
)

testEven('a build argument is an input, and reaches the build', async () => {
  const dockerfile = 'FROM busybox:1.36\nARG LEVEL=0\nRUN echo $LEVEL > /level\n'
  await using project = await testProject(built(dockerfile, { args: { LEVEL: '1' } }))
  await project.up()
  expect((await project.exec('cat /level')).stdout).toBe('1\n')
  await project.write(built(dockerfile, { args: { LEVEL: '2' } }))
  expect((await project.up()).because).toEqual([
    { input: 'build argument LEVEL', from: '1', to: '2', kind: 'argument' },
  ])
  expect((await project.exec('cat /level')).stdout).toBe('2\n')
})

/** The files below a folder that hold a text. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isFile() && (await readFile(file)).includes(text)) found.push(file)
  }
  return found
}

test("the value of an argument from this computer's environment is kept nowhere", async () => {
  const canary = `canary-${process.pid}-9f31`
  const definition = built('FROM busybox:1.36\nARG TOKEN\nRUN test -n "$TOKEN"\n', {
    args: { TOKEN: '${localEnv:BUILD_TOKEN}' },
  })
  await using project = await testProject(definition, { env: { BUILD_TOKEN: canary } })
  await project.grant()
  const first = await project.up()
  const image = await docker().getImage(first.version.image).inspect()
  expect(JSON.stringify([image.Config, (await inspect(first)).Config])).not.toContain(canary)
  expect(await filesWith(project.env['PRISTINE_HOME'] ?? '', canary)).toEqual([])
  expect(await filesWith(project.folder, canary)).toEqual([])
  expect(JSON.stringify(project.events)).not.toContain(canary)
  expect(JSON.stringify(await project.versions())).not.toContain(canary)

  await project.write({
    Dockerfile: 'FROM busybox:1.36\nARG TOKEN\nRUN echo it is $TOKEN && test -z "$TOKEN"\n',
  })
  const failure = (await project.up().catch((error: unknown) => error)) as Error & { data: object }
  expect(failure).toMatchObject({
    code: 'build-failed',
    data: { line: 3, output: ['it is ${localEnv:BUILD_TOKEN}'] },
  })
  expect(inspectDeeply(failure)).not.toContain(canary)
  expect(JSON.stringify(project.events)).not.toContain(canary)
})

test('the recipe is kept outside the engine: the plan and the small inputs', async () => {
  await using project = await testProject(
    built('FROM busybox:1.36\nCOPY a.txt /\n', {}, { 'a.txt': 'kept content' }),
  )
  const { version } = await project.up()
  const home = project.env['PRISTINE_HOME'] ?? ''
  expect((await filesWith(path.join(home, 'blobs'), 'kept content')).length).toBe(1)
  expect((await filesWith(path.join(home, 'versions', version.id), 'COPY a.txt')).length).toBe(1)
})

/** Builds with the classic builder, as an engine without BuildKit would. */
async function classicBuild(project: TestProject, dockerfile: string): Promise<string> {
  const tar = pack()
  tar.entry({ name: 'Dockerfile' }, dockerfile)
  tar.finalize()
  const engine = { ...(await connect(project.env)), buildkit: false }
  return buildImage(
    engine,
    { context: Readable.from(tar), dockerfile: 'Dockerfile', args: {}, tag: 'pristine-test/classic:1' },
    project.run(),
  )
}

test('an engine without BuildKit builds too, with the same steps and failures', async () => {
  await using project = await testProject({})
  const image = await classicBuild(project, `FROM busybox:1.36\nRUN echo classic ${process.pid}\n`)
  expect(image).toMatch(/^sha256:/)
  const steps = stepsOf(project.events)
  const first = { name: 'FROM busybox:1.36', phase: 'build', place: { at: 1, of: 2 } }
  const second = { name: `RUN echo classic ${process.pid}`, phase: 'build', place: { at: 2, of: 2 } }
  expect(steps).toMatchObject([
    { ...first, state: 'running' },
    { ...first, state: 'done' },
    { ...second, state: 'running' },
    { ...second, state: 'done' },
  ])
  expect(logOf(project.events)).toContain(`classic ${process.pid}`)
  await docker().getImage(image).remove()

  await expect(classicBuild(project, 'FROM busybox:1.36\nRUN echo no && exit 3\n')).rejects.toMatchObject({
    name: 'BuildFailure',
    step: '[2/2] RUN echo no && exit 3',
    output: expect.arrayContaining(['no']),
  })
  await expect(classicBuild(project, 'FROM busybox:1.36\nNONSENSE\n')).rejects.toMatchObject({
    name: 'BuildFailure',
    message: expect.stringContaining('NONSENSE'),
  })
})
