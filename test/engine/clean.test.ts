import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findUnneededRecipes, pruneRecipes } from '../../main/build/prune-recipes.ts'
import { storeRecipe } from '../../main/build/store-recipe.ts'
import { openHost } from '../../main/host/host.ts'
import { asOnlyWriter } from '../../main/operation/writer-lock.ts'
import { planProject } from '../../main/plan/plan.ts'
import { openProject } from '../../main/store/open-project.ts'
import { listCleanup } from '../../main/verbs/cleanup/list-cleanup.ts'
import { removeChosen } from '../../main/verbs/cleanup/remove-chosen.ts'
import type { VersionId } from '../../shared/ids.ts'
import { halves, sampled } from '../sample.ts'
import { pristine } from './command.ts'
import { docker } from './docker.ts'
import { pruneVersion } from './prune.ts'
import { devcontainer, TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** Versions of equal content are shared: what another run left behind must not be taken for one of these. */
const ofThisRun = randomBytes(6).toString('hex')

const dockerfile = (n: number) => ({
  Dockerfile: `FROM busybox:1.36\nRUN head -c ${n}00000 /dev/urandom > /big && echo ${ofThisRun}\n`,
})

test('old versions go on an explicit word; current, known-good and the newest stay, and one that is gone is built again', async () => {
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({
      build: { dockerfile: 'Dockerfile' },
      customizations: { pristine: { keep: 1 } },
    }),
    ...dockerfile(1),
  })
  for (const n of [1, 2, 3, 4]) {
    await project.write(dockerfile(n))
    await project.up()
  }
  const clean = (apply: boolean) => project.engine.clean(project.folder, { apply }, project.run())
  const plan = await clean(false)
  expect(plan).toMatchObject({ removed: false, keep: 1 })
  expect(plan.versions).toMatchObject([
    { ordinal: 1, rebuildable: true },
    { ordinal: 2, rebuildable: true },
  ])
  expect(plan.versions[1]?.bytes).toBeGreaterThan(190_000)
  expect((await project.versions()).every((version) => version.present)).toBe(true)

  expect((await clean(true)).versions.map((version) => version.ordinal)).toEqual([1, 2])
  expect((await project.versions()).map((version) => version.present)).toEqual([true, true, false, false])
  expect((await clean(true)).versions).toEqual([])

  expect(await project.reset('v1')).toMatchObject({ action: 'built', version: { ordinal: 1 } })
  await project.write(dockerfile(2))
  expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 2 } })

  // What was recorded of their builds goes with the versions.
  const recorded = async () =>
    (await project.engine.operations(project.folder)).flatMap(({ plan }) => plan?.ordinal ?? [])
  expect(await recorded()).toEqual([2, 1, 4, 3, 2, 1])
  const removed = await project.engine.remove(project.folder, { data: false, versions: true })
  expect(removed).toMatchObject({ recipes: { count: 4 } })
  expect(await recorded()).toEqual([])
  // There is nothing to go back to until the environment is up again.
  await expect(project.reset('known-good')).rejects.toMatchObject({ code: 'version-none' })
  const { version } = await project.up()
  expect(await project.reset('known-good')).toMatchObject({ version: { id: version.id } })
})

test.each(sampled(['its id', 'its ordinal', 'all its names', 'its names but one of another project'], 4))(
  'an image that lost %s is there for everybody, and cleaned up where it is nobody else its own',
  async (lost) => {
    const own = randomBytes(6).toString('hex')
    const files = (n: number) => ({
      '.devcontainer.json': JSON.stringify({
        build: { dockerfile: 'Dockerfile' },
        customizations: { pristine: { keep: 0 } },
      }),
      Dockerfile: `FROM busybox:1.36\nRUN echo ${own} ${n} > /own\n`,
    })
    await using project = await testProject(files(1))
    const { version } = await project.up()
    await project.write(files(2))
    await project.up()
    const other = { repo: `pristine/${own}-00000000`, tag: 'v1' }
    const { Id } = await docker().getImage(version.image).inspect()
    await docker().getImage(Id).tag(other)
    const untag = () => docker().getImage(`${other.repo}:${other.tag}`).remove()
    const ordinalName = `pristine/${await project.key()}:v1`
    if (lost !== 'its ordinal') await docker().getImage(version.image).remove()
    if (lost !== 'its id') await docker().getImage(ordinalName).remove()
    // A name that moves leaves an image without one.
    if (lost === 'all its names') await docker().getImage('busybox:1.36').tag(other)
    const foreign = lost.endsWith('project')
    if (!foreign) await untag()

    const versions = async () => (await project.versions()).map(({ present }) => present)
    const disk = async () =>
      (await project.engine.disk(project.folder)).versions.map(({ ordinal }) => ordinal)
    const listed = async () =>
      (await listCleanup(openHost(project.env))).flatMap((one) => one.versions.map(({ ordinal }) => ordinal))
    const clean = async (apply: boolean) =>
      (await project.engine.clean(project.folder, { apply }, project.run())).versions.map(
        ({ ordinal }) => ordinal,
      )
    expect([await versions(), await disk()]).toEqual([
      [true, true],
      [2, 1],
    ])
    expect([await listed(), await clean(false)]).toEqual(foreign ? [[2], []] : [[2, 1], [1]])
    expect(await clean(true)).toEqual(foreign ? [] : [1])
    const left = await docker()
      .getImage(Id)
      .inspect()
      .catch(() => undefined)
    expect(left !== undefined).toBe(foreign)
    expect(await versions()).toEqual([true, foreign])
    if (foreign) await untag()
  },
)

testEven('a mark does not let go of the version that is known-good without it', async () => {
  const level = (n: number) =>
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      // An image of its own: it is about to be removed.
      containerEnv: { OWN: own, N: String(n) },
      customizations: { pristine: { keep: 0 } },
    })
  const own = randomBytes(6).toString('hex')
  await using project = await testProject(level(1))
  for (const n of [1, 2, 3]) {
    await project.write(level(n))
    await project.up()
  }
  await project.engine.mark(project.folder, 'v2')
  await project.reset()
  const [third] = await project.versions()
  const { versions } = await project.engine.clean(project.folder, { apply: true }, project.run())
  expect(versions).toMatchObject([{ ordinal: 1 }])
  const host = openHost(project.env)
  expect(await listCleanup(host)).toMatchObject([
    {
      versions: [
        { ordinal: 3, locked: 'known-good-unmarked' },
        { ordinal: 2, locked: 'current' },
      ],
    },
  ])
  const chosen = { versions: [third?.id as VersionId], volumes: [] }
  await expect(
    removeChosen(host, await openProject(project.folder), chosen, project.run()),
  ).rejects.toMatchObject({ code: 'version-in-use', why: 'It is known-good when the mark is taken off.' })

  // Behind our back it can go all the same.
  const key = await project.key()
  const good = async () => (await docker().getImage(`pristine/${key}:known-good`).inspect()).RepoTags
  await pruneVersion(project, 3)
  expect(await project.engine.unmark(project.folder)).toMatchObject({ ordinal: 3, present: false })
  expect((await pristine(project, 'unmark')).stdout).toContain(
    'Its image is gone; "pristine reset" builds it',
  )
  expect(await good()).toContain(`pristine/${key}:v2`)
  expect(await project.reset()).toMatchObject({ action: 'built', version: { ordinal: 3 } })
  expect(await good()).toContain(`pristine/${key}:v3`)
})

test('a volume that a container has is not removed, and nothing else is; without an environment it is', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      mounts: ['source=records,target=/records,type=volume'],
    }),
  )
  await project.up()
  await project.exec('head -c 50000 /dev/urandom > /records/some')
  await project.engine.takeSnapshot(project.folder, {}, project.run())
  await project.engine.stop(project.folder, project.run())
  const host = openHost(project.env)
  const opened = await openProject(project.folder)
  const volumes = async () => (await listCleanup(host)).flatMap((one) => one.volumes)
  const volume = `pristine-${opened.key}-records`
  const [found] = await volumes()
  expect(found).toMatchObject({ name: volume, inUse: true })
  // What it takes is that of its layers; the engine measures no overlay.
  expect(found?.bytes).toBeGreaterThanOrEqual(50_000)
  const chosen = { versions: [], volumes: [volume] }
  await expect(removeChosen(host, opened, chosen, project.run())).rejects.toMatchObject({
    code: 'volume-in-use',
    data: { volume },
  })
  await project.engine.remove(project.folder, { data: false, versions: false })
  expect(await volumes()).toMatchObject([{ name: volume, inUse: false }])
  await removeChosen(host, opened, chosen, project.run())
  expect(await volumes()).toEqual([])
})

testOdd(
  'recipes that no project needs go with rm and clean; what another process keeps for a version to come stays',
  async () => {
    const own = randomBytes(6).toString('hex')
    const shop = (name: string) => ({
      [`${name}/Dockerfile`]: 'FROM busybox:1.36\nCOPY *.txt /\n',
      [`${name}/both.txt`]: own,
      [`${name}/own.txt`]: `${own} ${name}`,
    })
    const content = (text: string) => createHash('sha256').update(text).digest('hex')
    await using desk = await testProject({ ...shop('one'), ...shop('two'), ...shop('three') })
    const host = openHost(desk.env)
    const [first, second, third] = ['one', 'two', 'three'].map((name) => path.join(desk.folder, name)) as [
      string,
      string,
      string,
    ]
    await using one = new TestProject(first, first, desk.env)
    await using two = new TestProject(second, second, desk.env)
    const { id } = (await one.up()).version
    const { id: other } = (await two.up()).version
    const kept = async () => ({
      versions: (await readdir(host.home.versions)).sort(),
      blobs: (await readdir(host.home.blobs)).sort(),
    })
    const blobs = (...names: string[]) => [own, ...names.map((name) => `${own} ${name}`)].map(content).sort()
    expect(await kept()).toEqual({ versions: [id, other].sort(), blobs: blobs('one', 'two') })
    expect(await findUnneededRecipes(host)).toEqual({ kind: 'recipes', count: 0, bytes: 0 })
    // Without its data folder nobody would know of the versions on the engine.
    expect((await one.engine.clean(first, { apply: true }, one.run())).recipes).toEqual({
      count: 0,
      bytes: 0,
    })

    const project = await openProject(third, host.home)
    const planned = await planProject(host, project, { frozen: false }, desk.run())
    await asOnlyWriter(host.home.project(project.key), { what: 'building three' }, async () => {
      await storeRecipe(host.home, project, planned)
      const plan = await readFile(path.join(host.home.version(id as VersionId), 'plan.json'))
      const removed = await one.engine.remove(first, { data: true, versions: true })
      expect(removed.recipes?.count).toBe(1)
      expect(removed.recipes?.bytes).toBeGreaterThan(plan.length + `${own} one`.length - 1)
      expect(await kept()).toEqual({ versions: [other, planned.id].sort(), blobs: blobs('two', 'three') })
    })
    // That build came to nothing.
    const bytes = expect.any(Number)
    expect(await findUnneededRecipes(host)).toEqual({ kind: 'recipes', count: 1, bytes })
    const report = await two.engine.clean(second, { apply: false }, two.run())
    expect(report).toMatchObject({ removed: false, recipes: { count: 1, bytes } })
    expect((await kept()).versions).toContain(planned.id)
    expect(await pristine(two, 'clean', '--yes')).toMatchObject({
      stdout: expect.stringContaining('Removed 1 recipe that no project needs'),
    })
    expect(await kept()).toEqual({ versions: [other], blobs: blobs('two') })
    // What was removed is made again like anything new.
    expect(await one.up()).toMatchObject({ action: 'built', version: { id, ordinal: 1 } })
    expect((await kept()).versions).toEqual([id, other].sort())
    await two.engine.remove(second, { data: true, versions: true })
    await one.engine.remove(first, { data: true, versions: true })
    expect(await kept()).toEqual({ versions: [], blobs: [] })
    expect(await pruneRecipes(host)).toEqual({ kind: 'recipes', count: 0, bytes: 0 })
  },
)
