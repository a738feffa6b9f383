import { randomBytes } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { docker, isRunning, thingsOf } from './docker.ts'
import { pruneVersion } from './prune.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const level = (n: number | string) =>
  devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { LEVEL: String(n) } })
async function upTo(project: TestProject, n: number | string) {
  await project.write(level(n))
  return project.up()
}
const imageOf = async (reference: string) => (await docker().getImage(reference).inspect()).Id

test('versions are listed newest first, each with its reason; the same inputs give the same version', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  await upTo(project, 2)
  expect(await upTo(project, 1)).toMatchObject({ action: 'recreated', version: first.version })
  expect(await project.versions()).toMatchObject([
    {
      ordinal: 2,
      current: false,
      knownGood: true,
      marked: false,
      present: true,
      because: [{ input: 'containerEnv.LEVEL', from: '1', to: '2' }],
    },
    {
      ordinal: 1,
      id: first.version.id,
      current: true,
      knownGood: false,
      present: true,
      because: [],
      image: first.version.image,
    },
  ])
})

test('a version has three names on the engine: its id, its ordinal, and known-good where it is that', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  const second = await upTo(project, 2)
  const repository = first.version.image.split(':')[0]
  expect((await thingsOf(await project.key())).tags).toEqual(
    [
      `${repository}:known-good`,
      `${repository}:v1`,
      `${repository}:v2`,
      first.version.image,
      second.version.image,
    ].sort(),
  )
  expect(await imageOf(`${repository}:known-good`)).toBe(await imageOf(second.version.image))
  expect(first.version.image).toBe(`${repository}:${first.version.id.slice(0, 12)}`)
})

testEven('a reset goes to known-good, to a version by ordinal, or by the start of its id', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  const second = await upTo(project, 2)
  expect((await project.reset('v1')).version).toEqual(first.version)
  expect((await project.exec('echo $LEVEL')).stdout).toBe('1\n')
  expect(await project.reset('known-good')).toMatchObject({
    version: second.version,
    action: 'recreated',
    because: [{ input: 'containerEnv.LEVEL', from: '1', to: '2' }],
  })
  expect((await project.reset(first.version.id.slice(0, 10))).version).toEqual(first.version)
  expect((await project.reset()).version).toEqual(second.version)
})

test('a version that does not exist is reported with those that do', async () => {
  await using project = await testProject(level(1))
  await expect(project.reset()).rejects.toMatchObject({ code: 'version-none' })
  const first = await project.up()
  await expect(project.reset('v9')).rejects.toMatchObject({
    code: 'version-unknown',
    exit: 2,
    data: { wanted: 'v9', known: 'v1' },
  })
  await expect(project.engine.mark(project.folder, 'nonsense')).rejects.toMatchObject({
    code: 'version-unknown',
  })
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
})

testOdd('a marked version stays known-good until it is unmarked', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  const repository = first.version.image.split(':')[0]
  await project.engine.mark(project.folder, 'v1')
  const second = await upTo(project, 2)
  expect(await project.versions()).toMatchObject([{ knownGood: false }, { knownGood: true, marked: true }])
  expect(await imageOf(`${repository}:known-good`)).toBe(await imageOf(first.version.image))
  expect((await project.reset()).version).toEqual(first.version)
  expect(await project.engine.unmark(project.folder)).toMatchObject({ ordinal: 2 })
  expect(await imageOf(`${repository}:known-good`)).toBe(await imageOf(second.version.image))
  expect(await project.versions()).toMatchObject([
    { knownGood: true, marked: false },
    { knownGood: false, marked: false },
  ])
})

testEven('a version that never became ready is not marked, and says what would make it so', async () => {
  const starts = (ok: boolean) => ({
    ...devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', postCreateCommand: 'sh ./create.sh' }),
    'create.sh': ok ? 'true' : 'exit 3',
  })
  await using project = await testProject(level(1))
  const first = await project.up()
  await project.write(starts(false))
  await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
  const mark = () => project.engine.mark(project.folder, 'v2')
  await expect(mark()).rejects.toMatchObject({
    code: 'version-unproven',
    hint: 'Run "pristine reset --to v2" first; when it becomes ready, it can be marked.',
  })
  expect(await project.versions()).toMatchObject([
    { ordinal: 2, wasReady: false, knownGood: false },
    { ordinal: 1, knownGood: true, marked: false },
  ])
  expect((await project.reset()).version).toEqual(first.version)
  await project.write(starts(true))
  await project.reset('v2')
  expect(await mark()).toMatchObject({ ordinal: 2 })
})

testOdd('two versions differ in their inputs and in what is inside', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
    '.devcontainer/Dockerfile': 'FROM node:24-bookworm-slim\n',
  })
  await project.up()
  await project.write({
    '.devcontainer/Dockerfile':
      'FROM node:24-bookworm-slim\nRUN printf "#!/bin/sh\\necho git version 2.99.1\\n" > /usr/local/bin/git && chmod +x /usr/local/bin/git\n',
  })
  await project.up()
  const [, first] = await project.versions()
  expect(first?.contents?.tools).toMatchObject({ node: expect.stringMatching(/^24\./) })
  expect(first?.contents?.packages['dpkg']).toMatchObject({ 'base-files': expect.any(String) })
  const diff = await project.engine.diff(project.folder, 'v1', 'current')
  expect(diff).toMatchObject({ from: { ordinal: 1 }, to: { ordinal: 2 }, inputs: [{ input: 'Dockerfile' }] })
  expect(diff.contents).toEqual([{ input: 'git', from: null, to: '2.99.1' }])
})

testEven(
  'an image that was removed behind our back is a normal state: told, refused to mark, and built again',
  async () => {
    const own = randomBytes(6).toString('hex')
    await using project = await testProject(level(`${own}-1`))
    const first = await project.up()
    const second = await upTo(project, `${own}-2`)
    await pruneVersion(project, 1)
    expect(await project.versions()).toMatchObject([
      { ordinal: 2, present: true, rebuildable: null },
      { ordinal: 1, present: false, rebuildable: true },
    ])
    await expect(project.engine.mark(project.folder, 'v1')).rejects.toMatchObject({
      code: 'version-gone',
      data: { ordinal: 1 },
    })
    expect((await project.status()).environment).toEqual(second.environment)
    expect(await upTo(project, `${own}-1`)).toMatchObject({ action: 'built', version: first.version })
    expect(await project.versions()).toMatchObject([
      { ordinal: 2 },
      { ordinal: 1, present: true, current: true },
    ])
  },
)

testOdd(
  'an environment whose image lost its name goes on: commands, restarts and failed updates included',
  async () => {
    const definition = (more: object) =>
      devcontainer({
        image: 'busybox:1.36',
        userEnvProbe: 'none',
        mounts: ['source=data,target=/data,type=volume'],
        // Another project's image of the same plan would be the same image, and this one is about to lose its names.
        containerEnv: { ONLY_HERE: 'lost-name' },
        ...more,
      })
    await using project = await testProject(definition({}))
    const first = await project.up()
    const repository = first.version.image.split(':')[0]
    for (const name of [first.version.image, `${repository}:v1`, `${repository}:known-good`]) {
      await docker().getImage(name).remove({ force: true })
    }
    expect((await project.exec('echo here')).stdout).toBe('here\n')
    await project.engine.restart(project.folder, project.run())
    await project.write(definition({ postCreateCommand: 'false' }))
    await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
  },
)

test('a history that was lost is begun again from what the engine has', async () => {
  await using project = await testProject(level(1))
  const first = await project.up()
  await using amnesiac = await testProject(
    {},
    { env: { PRISTINE_HOME: `${project.env['PRISTINE_HOME']}-new` } },
  )
  const { engine } = amnesiac
  // Another one, as long as there is the history that has this environment.
  const known = project.env['PRISTINE_HOME'] ?? ''
  const verbs = [
    () => engine.status(project.folder, undefined, project.run()),
    () => engine.up(project.folder, { frozen: true }, project.run()),
    () => engine.remove(project.folder, { data: true, versions: true }, project.run()),
  ]
  for (const verb of verbs) {
    await expect(verb()).rejects.toMatchObject({
      code: 'environment-elsewhere',
      hint: expect.stringContaining(`PRISTINE_HOME=${known}`),
    })
  }
  expect(await project.status()).toMatchObject({ state: 'ready', environment: first.environment })

  await rename(known, `${known}-away`)
  const status = await engine.status(project.folder, undefined, project.run())
  expect(status).toMatchObject({ version: { id: first.version.id } })
  const again = await engine.up(project.folder, { frozen: true }, project.run())
  expect(again).toMatchObject({
    version: { id: first.version.id, ordinal: 1 },
    environment: { state: 'ready' },
  })
  expect(await engine.versions(project.folder)).toMatchObject([
    { ordinal: 1, current: true, knownGood: true },
  ])
  await engine.remove(project.folder, { data: true, versions: true })
})
