// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { publish } from '../rig/publish.ts'
import { registryCalls } from '../rig/registry-log.ts'
import { halves, thirds } from '../sample.ts'
import { pristine } from './command.ts'
import { docker, isRunning, thingsOf } from './docker.ts'
import { forgetSteps, pruneVersion } from './prune.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)
const [testFirst, testSecond, testThird] = thirds(test)

/** Makes each test's images its own: they are removed behind Pristine's back, and equal plans make equal images. */
const mark = () => randomBytes(6).toString('hex')

const built = (dockerfile: string, build: object = {}, more: object = {}) => ({
  ...devcontainer({
    build: { dockerfile: '../Dockerfile', context: '..', ...build },
    userEnvProbe: 'none',
    ...more,
  }),
  Dockerfile: dockerfile,
})

const notes = ({ events }: TestProject) =>
  events
    .flatMap((event) => (event.kind === 'note' || event.kind === 'warning' ? [event.text] : []))
    .filter((text) => !text.startsWith('pristine.lock: '))

/** Everything of a project on the engine, and what the history says of each version. */
const everything = async (project: TestProject) => ({
  things: await thingsOf(await project.key()),
  versions: (await project.versions()).map(({ ordinal, present, current }) => ({
    ordinal,
    present,
    current,
  })),
})

test('a version whose image is gone is built again from what the recipe kept, as the version that it was', async () => {
  const own = mark()
  const stages = `FROM busybox:1.36 AS other
RUN false
# A stage that is reached by its number.
FROM busybox:1.36
RUN echo ${own} > /stage
FROM busybox:1.36 AS dev
COPY --from=1 /stage /
COPY config run /etc/own/
RUN cat /etc/own/config > /made
FROM dev
RUN false
`
  await using project = await testProject({
    ...built(stages, { target: 'dev' }),
    config: 'first',
    run: '#!/bin/sh\n',
  })
  const first = await project.up()
  const before = await project.versions()
  await project.write({
    ...built(`FROM busybox:1.36\nENV OWN=${own}\nCOPY config /etc/\n`),
    config: 'second',
  })
  await rm(path.join(project.folder, 'run'))
  const second = await project.up()
  await pruneVersion(project, 1)
  expect(await project.versions()).toMatchObject([
    { rebuildable: null },
    { present: false, rebuildable: true },
  ])

  const again = await project.reset('v1')
  expect(again).toMatchObject({
    action: 'built',
    version: first.version,
    environment: { state: 'ready' },
    lock: { added: [], removed: [] },
  })
  expect(again.because).toContainEqual({
    input: 'Dockerfile',
    from: expect.any(String),
    to: expect.any(String),
    kind: 'dockerfile',
    detail: expect.objectContaining({ kind: 'lines' }),
  })
  expect((await project.exec('cat /stage /made /etc/own/config /etc/own/run')).stdout).toBe(
    `${own}\nfirstfirst#!/bin/sh\n`,
  )
  expect(await readFile(path.join(project.folder, 'config'), 'utf8')).toBe('second')
  expect(notes(project)).toContain('The image of v1 is gone; it is built again from its recipe.')
  const [, v1] = await project.versions()
  expect(v1).toMatchObject({ ...before[0], knownGood: false, present: true, rebuildable: null })
  expect((await thingsOf(await project.key())).tags).toEqual(
    expect.arrayContaining([first.version.image, `${first.version.image.split(':')[0]}:v1`]),
  )
  expect(await project.reset('v1')).toMatchObject({ action: 'recreated' })
  expect(await project.up()).toMatchObject({ action: 'recreated', version: second.version })
})

testEven('or alone: what runs stays, and a version that is there is not built', async () => {
  const own = mark()
  await using project = await testProject(built(`FROM busybox:1.36\nENV OWN=${own}-1\n`))
  const { id } = (await project.up()).version
  await project.write(built(`FROM busybox:1.36\nENV OWN=${own}-2\n`))
  await project.up()
  const running = async () => (await project.status()).environment.containers.map(({ id }) => id)
  const before = await running()
  await pruneVersion(project, 1)
  await project.engine.rebuild(project.folder, id, project.run())
  expect(await project.versions()).toMatchObject([{ current: true }, { present: true, current: false }])
  expect(await running()).toEqual(before)
  const steps = project.events.length
  await project.engine.rebuild(project.folder, id, project.run())
  expect(project.events.slice(steps).filter(({ kind }) => kind === 'step')).toEqual([])
  const unknown = project.engine.rebuild(project.folder, 'v9', project.run())
  await expect(unknown).rejects.toMatchObject({ code: 'version-unknown' })
})

testOdd('known-good too, and its name on the engine comes back', async () => {
  await using project = await testProject(built(`FROM busybox:1.36\nENV OWN=${mark()}\n`))
  const first = await project.up()
  await project.engine.mark(project.folder, 'v1')
  await project.write(built(`FROM busybox:1.36\nENV OWN=${mark()}\n`))
  await project.up()
  await pruneVersion(project, 1)
  expect(await project.reset()).toMatchObject({ action: 'built', version: first.version })
  const repository = first.version.image.split(':')[0]
  const idOf = async (name: string) => (await docker().getImage(name).inspect()).Id
  expect(await idOf(`${repository}:known-good`)).toBe(await idOf(first.version.image))
})

testThird(
  'with its base on the engine no registry is asked; without, the old pin is brought, wherever the tag is now',
  async () => {
    const name = `rebuild-base-${mark()}`
    const publishNow = (content: string) =>
      publish(`${name}:1`, 'FROM busybox:1.36\nCOPY content /content\n', { content })
    const digest = await publishNow('old')
    await using project = await testProject(built(`FROM ${name}:1\nCOPY Dockerfile /\n`))
    const first = await project.up()
    const moved = await publishNow('new')
    await project.engine.lock(project.folder, { update: true, frozen: false } as never, project.run())
    await project.up()
    expect((await project.exec('cat /content')).stdout).toBe('new')

    await pruneVersion(project, 1)
    const asked = await registryCalls(name)
    expect(await project.reset('v1')).toMatchObject({ action: 'built', version: first.version })
    expect(await registryCalls(name)).toBe(asked)
    expect((await project.exec('cat /content')).stdout).toBe('old')

    await project.up()
    await pruneVersion(project, 1)
    await docker().getImage(`${name}@${digest}`).remove()
    expect(await project.reset('v1')).toMatchObject({ action: 'built', version: first.version })
    expect(await registryCalls(name)).toBeGreaterThan(asked)
    expect((await project.exec('cat /content')).stdout).toBe('old')

    await project.engine.remove(project.folder, { data: true, versions: true })
    for (const pulled of [digest, moved]) await docker().getImage(`${name}@${pulled}`).remove()
  },
)

/** A tool that says another version each time that the step really runs. */
const counting = (own: string) =>
  `FROM busybox:1.36
RUN --mount=type=cache,id=${own},target=/c : ${own}; n=$(cat /c/n || echo 0); echo $((n+1)) > /c/n; printf "#!/bin/sh\\necho git version 2.$n.0\\n" > /bin/git; chmod +x /bin/git
`

testOdd('commands that ran again are named, and what the image holds otherwise than before', async () => {
  const own = mark()
  await using project = await testProject(built(counting(own)))
  await project.up()
  await project.write(built(`${counting(own)}ENV MORE=1\n`))
  await project.up()

  await pruneVersion(project, 1)
  await project.reset('v1')
  expect(notes(project)).toEqual([
    'The image of v1 is gone; it is built again from its recipe.',
    'The image holds the same tools and packages as before.',
  ])

  await project.up()
  await pruneVersion(project, 1)
  await pruneVersion(project, 2).catch(() => {})
  await forgetSteps(own)
  project.events.length = 0
  await project.reset('v1')
  expect(notes(project)).toEqual([
    'The image of v1 is gone; it is built again from its recipe.',
    expect.stringMatching(
      /^v1 may contain newer things than before: what its commands fetch is not pinned, and these ran again: RUN --mount=type=cache/,
    ),
    'The image differs from before: it contains git 2.1.0 (2.0.0).',
  ])
  const [, v1] = await project.versions()
  expect(v1?.contents?.tools).toMatchObject({ git: '2.1.0' })
})

testOdd(
  'what the recipe lacks is named, nothing is changed, and once it is back the version is built',
  async () => {
    const own = mark()
    const large = `${own} ${'x'.repeat(2 * 1024 * 1024)}`
    const definition = built('FROM busybox:1.36\nARG TOKEN\nCOPY large /\nRUN test -n "$TOKEN"\n', {
      args: { TOKEN: '${localEnv:REBUILD_TOKEN}' },
    })
    await using project = await testProject({ ...definition, large }, { env: { REBUILD_TOKEN: own } })
    await project.grant()
    const first = await project.up()
    // Of what is too much to be kept, the recipe has nothing.
    const blobs = path.join(project.env['PRISTINE_HOME'] ?? '', 'blobs')
    await rm(path.join(blobs, createHash('sha256').update(large).digest('hex')))
    await project.write({ ...built(`FROM busybox:1.36\nENV OWN=${mark()}\n`), large: 'other' })
    await project.up()
    await pruneVersion(project, 1)
    const before = await everything(project)
    const missing = async () =>
      ((await project.reset('v1').catch((error: unknown) => error)) as { data: { missing: string[] } }).data
        .missing

    project.env['REBUILD_TOKEN'] = 'another'
    expect(await missing()).toEqual([
      'the value of ${localEnv:REBUILD_TOKEN} (build argument TOKEN)',
      'large',
    ])
    project.env['REBUILD_TOKEN'] = own
    expect(await project.versions()).toMatchObject([{}, { present: false, rebuildable: false }])
    await expect(project.reset('v1')).rejects.toMatchObject({
      code: 'version-gone',
      exit: 1,
      message: 'v1 cannot be built again: its recipe is incomplete.',
      why: 'Missing: large.',
      hint: expect.stringContaining('Check out the commit of v1 and run "pristine up"'),
    })
    expect(await everything(project)).toEqual(before)

    await project.write({ large })
    expect(await project.reset('v1')).toMatchObject({ action: 'built', version: first.version })
    expect(JSON.stringify(project.events)).not.toContain(own)
  },
)

testEven('a lockfile of some megabytes is kept, too', async () => {
  const own = mark()
  const definition = (n: number) =>
    built(`FROM busybox:1.36\nENV OWN=${own}-${n}\nCOPY package-lock.json /\n`)
  const lockfile = (n: number) => `${own}-${n} ${'x'.repeat(2 * 1024 * 1024)}`
  await using project = await testProject({ ...definition(1), 'package-lock.json': lockfile(1) })
  const first = await project.up()
  await project.write({ ...definition(2), 'package-lock.json': lockfile(2) })
  await project.up()
  await pruneVersion(project, 1)
  expect(await project.reset('v1')).toMatchObject({ action: 'built', version: first.version })
  expect((await project.exec('head -c 14 /package-lock.json')).stdout).toBe(lockfile(1).slice(0, 14))
})

testEven('a recipe that is lost or damaged is not whole', async () => {
  await using project = await testProject({
    ...built(`FROM busybox:1.36\nENV OWN=${mark()}\nCOPY small /\n`),
    small: mark(),
  })
  const { version } = await project.up()
  await project.write(built(`FROM busybox:1.36\nENV OWN=${mark()}\n`))
  await project.up()
  await pruneVersion(project, 1)
  const home = project.env['PRISTINE_HOME'] ?? ''
  await rm(path.join(home, 'blobs'), { recursive: true })
  expect((await project.versions())[1]).toMatchObject({ rebuildable: true })
  await project.write({ small: 'changed' })
  await expect(project.reset('v1')).rejects.toMatchObject({ data: { missing: ['small'] } })
  await rm(path.join(home, 'versions', version.id), { recursive: true })
  await expect(project.reset('v1')).rejects.toMatchObject({ data: { missing: ['its plan'] } })
})

testSecond(
  'hooks that are baked see the inputs that their version had, and the folder keeps its own',
  async () => {
    const own = mark()
    const steps = 'for s in setup.d/*.sh; do sh $s; done'
    const hooks = { onCreateCommand: `cp package-lock.json /lock && sh prepare.sh && ${steps}` }
    const definition = (n: number) => built(`FROM busybox:1.36\nENV OWN=${own}-${n}\n`, {}, hooks)
    await using project = await testProject({
      ...definition(1),
      'package-lock.json': '{"v": 1}',
      'prepare.sh': 'echo first > /prepared',
      'setup.d/10.sh': 'echo ten >> /steps',
    })
    await project.up()
    const today = {
      'package-lock.json': '{"v": 2}',
      'prepare.sh': 'echo second > /prepared',
      'setup.d/20.sh': 'echo twenty >> /steps',
    }
    await project.write({ ...definition(2), ...today })
    await project.up()
    expect((await project.exec('cat /lock /prepared /steps')).stdout).toBe('{"v": 2}second\nten\ntwenty\n')

    await pruneVersion(project, 1)
    await project.reset('v1')
    expect((await project.exec('cat /lock /prepared /steps')).stdout).toBe('{"v": 1}first\nten\n')
    for (const [name, content] of Object.entries(today))
      expect(await readFile(path.join(project.folder, name), 'utf8')).toBe(content)
    expect(notes(project).join()).toContain('these ran again: onCreateCommand: cp package-lock.json /lock')

    // What is gone is there again, and what came later is not.
    await project.up()
    await pruneVersion(project, 1)
    await rm(path.join(project.folder, 'package-lock.json'))
    await rm(path.join(project.folder, 'setup.d/10.sh'))
    await project.reset('v1')
    expect((await project.exec('cat /lock /prepared /steps')).stdout).toBe('{"v": 1}first\nten\n')
    expect(existsSync(path.join(project.folder, 'package-lock.json'))).toBe(false)
  },
)

testOdd('a rebuild that fails says so and leaves what ran', async () => {
  const own = mark()
  const once = `FROM busybox:1.36\nRUN --mount=type=cache,id=${own},target=/c echo try ${own}; mkdir /c/once\n`
  await using project = await testProject(built(once))
  await project.up()
  await project.write(built(`FROM busybox:1.36\nENV OWN=${own}\n`))
  const second = await project.up()
  await pruneVersion(project, 1)
  await forgetSteps(own)
  const before = await everything(project)
  await expect(project.reset('v1')).rejects.toMatchObject({
    code: 'rebuild-failed',
    exit: 5,
    message: expect.stringMatching(/^v1 could not be built again from its recipe: Dockerfile of v1: RUN /),
    why: expect.stringMatching(new RegExp(`try ${own}[^]*File exists|File exists[^]*try ${own}`)),
    hint: expect.stringContaining('Check out the commit of v1'),
  })
  expect(await everything(project)).toEqual(before)
  expect(await isRunning(second.environment.containers[0]?.id ?? '')).toBe(true)
})

test('an image that only lost its names gets them back', async () => {
  await using project = await testProject(built(`FROM busybox:1.36\nENV OWN=${mark()}\n`))
  const first = await project.up()
  for (const tag of (await thingsOf(await project.key())).tags)
    await docker().getImage(tag).remove({ force: true })
  expect((await project.versions())[0]).toMatchObject({ present: true })
  expect(await project.reset()).toMatchObject({ action: 'recreated', version: first.version })
  expect((await thingsOf(await project.key())).tags).toHaveLength(3)
  expect(notes(project)).toEqual([])
})

testFirst('every verb that meets a gone image does without it, or says how it is had again', async () => {
  const own = mark()
  const definition = (n: number) => built(`FROM busybox:1.36\nENV OWN=${own}-${n}\n`)
  await using project = await testProject(definition(1))
  await project.up()
  await project.write(definition(2))
  await project.up()
  await pruneVersion(project, 1)
  const versions = await pristine(project, 'versions')
  expect(versions.stdout.split('\n')[1]).toContain('cleaned up; can be built again from its recipe')
  expect(JSON.parse((await pristine(project, 'versions', '--json')).stdout)).toMatchObject({
    versions: [{ rebuildable: null }, { present: false, rebuildable: true }],
  })
  expect(await pristine(project, 'diff', 'v1', 'v2')).toMatchObject({ code: 0 })
  expect(await pristine(project, 'mark', 'v1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'Run "pristine reset --to v1": it builds the image again from its recipe.',
    ),
  })

  // The image of what runs: an engine gives it up only when its container is stopped.
  await project.engine.stop(project.folder, project.run())
  await pruneVersion(project, 2)
  for (const verb of ['versions', 'verify', 'list', 'ports', 'drift', 'logs', 'stop'])
    expect(await pristine(project, verb), verb).toMatchObject({ code: 0 })
  expect((await pristine(project, 'status')).stdout).toContain(
    'Its image is gone; "pristine reset --to current" builds it again from its recipe.',
  )
  expect(await pristine(project, 'restart')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"pristine reset --to v2"'),
  })
  expect(await pristine(project, 'reset')).toMatchObject({ code: 0, stdout: expect.stringContaining('v2') })
  expect((await project.status()).state).toBe('ready')
})
