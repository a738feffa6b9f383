import { randomBytes } from 'node:crypto'
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { authority } from '../rig/commands.ts'
import { makeMemoryDisk } from '../rig/small-disk.ts'
import { halves, sampled, thirds } from '../sample.ts'
import { docker, thingsOf } from './docker.ts'
import { pruneVersion } from './prune.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)
const [testFirst, testSecond, testThird] = thirds(test)

/** What Pristine knows on this computer can be lost, damaged, or have no room; environments and data are elsewhere. */

const definition = (n: number) =>
  devcontainer({
    image: 'busybox:1.36',
    userEnvProbe: 'loginShell',
    containerEnv: { N: String(n) },
    mounts: ['source=data,target=/data,type=volume'],
    customizations: { pristine: { keep: 0 } },
  })
const homeOf = (project: TestProject) => project.env['PRISTINE_HOME'] ?? ''
const folderOf = async (project: TestProject) => path.join(homeOf(project), 'projects', await project.key())

const cannotMount = process.platform !== 'linux' || authority() === 'none'
const title = cannotMount ? 'skipped, because nothing can be mounted here: ' : ''

describe.skipIf(cannotMount)(`${title}a home that cannot be written`, () => {
  /** A project whose second version runs, with its home on a disk of its own. */
  async function onItsOwnDisk() {
    const project = await testProject(definition(1))
    const disk = await makeMemoryDisk(homeOf(project), 1024)
    await project.up()
    await project.write(definition(2))
    const { environment } = await project.up()
    await project.exec('echo kept > /data/file')
    const stays = async () => {
      expect(await project.status()).toMatchObject({ state: 'ready', version: { ordinal: 2 } })
      expect(await project.exec('cat /data/file')).toMatchObject({ code: 0, stdout: 'kept\n' })
      expect(await project.versions()).toMatchObject([{ ordinal: 2, knownGood: true }, { ordinal: 1 }])
      expect(await project.engine.list()).toMatchObject([{ state: 'ready' }])
    }
    return {
      project,
      disk,
      environment,
      stays,
      [Symbol.asyncDispose]: async () => {
        await disk[Symbol.asyncDispose]()
        await project[Symbol.asyncDispose]()
      },
    }
  }
  const refused = {
    code: 'storage-failed',
    why: expect.stringMatching(/no space left|read-only/),
    hint: expect.stringContaining('PRISTINE_HOME'),
  }

  testFirst('because it is full: nothing is lost, and what makes room works', async () => {
    await using one = await onItsOwnDisk()
    const { project, disk, stays, environment } = one
    await disk.fill()
    await project.write(definition(3))
    await expect(project.up()).rejects.toMatchObject(refused)
    await expect(project.reset()).rejects.toMatchObject(refused)
    await stays()
    expect((await project.status()).environment).toEqual(environment)
    const removed = await project.engine.clean(project.folder, { apply: true }, project.run())
    expect(removed.versions).toMatchObject([{ ordinal: 1 }])
    await project.engine.stop(project.folder, project.run())
    await disk.free()
    expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 3 } })
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)
  })

  testSecond('because it fills up in the middle: what is half written is undone', async () => {
    await using one = await onItsOwnDisk()
    const { project, disk, stays } = one
    // Pages of memory: each is one file more, or one line more of a file, that can be written.
    for (const pages of [1, 2, 3]) {
      await disk.fill(pages * 4096)
      const outcome = await project.reset().catch((error: { code: string }) => error.code)
      if (typeof outcome === 'string') expect(outcome).toBe('storage-failed')
      await stays()
      await disk.free()
      await stays()
      expect((await thingsOf(await project.key())).containers).toHaveLength(1)
    }
  })

  testThird('because it is read-only: what only looks works, and nothing is lost', async () => {
    await using one = await onItsOwnDisk()
    const { project, disk, stays, environment } = one
    await disk.protect()
    await project.write(definition(3))
    await expect(project.up()).rejects.toMatchObject(refused)
    await expect(project.reset()).rejects.toMatchObject(refused)
    await stays()
    expect((await project.status()).environment).toEqual(environment)
    await disk.unprotect()
    expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 3 } })
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)
  })
})

/** What a crash of the whole computer, or a person, does to a file. */
const DAMAGE: [string, (content: Buffer) => Buffer][] = [
  ['empty', () => Buffer.alloc(0)],
  ['cut short', (content) => content.subarray(0, Math.floor(content.length / 2))],
  ['garbage', () => Buffer.from('\0\x1b]{"garbage": [')],
  ['another JSON', () => Buffer.from('null')],
]

describe.each(sampled(DAMAGE, 4))('files of the home that are %s', (_, damage) => {
  test('are made again: caches, recipes, records, locks', async () => {
    await using project = await testProject(definition(1))
    const { environment, version } = await project.up()
    await project.exec('true')
    const files = (await readdir(homeOf(project), { recursive: true, withFileTypes: true }))
      // Without the history and the record of the data nobody could tell what is current: see snapshots.test.ts.
      .filter((entry) => entry.isFile() && !['ledger.jsonl', 'data.json'].includes(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['project.json', 'plan.json', 'contents.json', 'user-env.json', 'writer.lock']),
    )
    const folder = await folderOf(project)
    for (const name of ['writer.json', 'hashes.bin', 'intent.json']) files.push(path.join(folder, name))
    for (const file of files) {
      const content = await readFile(file).catch(() => Buffer.from('{"kind":"build"}'))
      await writeFile(file, damage(content))
    }
    expect(await project.status()).toMatchObject({ state: 'ready', version: { ordinal: 1 }, environment })
    expect(await project.versions()).toMatchObject([{ ordinal: 1, present: true }])
    await project.engine.list()
    expect(await project.up()).toMatchObject({ action: 'none', version, environment })
    expect(await project.reset()).toMatchObject({ action: 'recreated', version })
    expect(await project.exec('echo $N')).toMatchObject({ stdout: '1\n' })
    expect(await project.engine.list()).toMatchObject([{ path: project.folder, state: 'ready' }])
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)
  })
})

/** A project with three versions, of which the first runs and the second is known-good by a mark. */
async function withHistory() {
  const own = randomBytes(6).toString('hex')
  const level = (n: number) =>
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      containerEnv: { OWN: own, N: String(n) },
      customizations: { pristine: { keep: 0 } },
    })
  const project = await testProject(level(1))
  for (const n of [1, 2, 3]) {
    await project.write(level(n))
    await project.up()
  }
  await project.engine.mark(project.folder, 'v2')
  await project.reset('v1')
  await project.write(level(1))
  const folder = await folderOf(project)
  const goodOnEngine = async () => {
    const { RepoTags } = await docker()
      .getImage(`pristine/${await project.key()}:known-good`)
      .inspect()
    return RepoTags.flatMap((name) => /:(v\d+)$/.exec(name)?.[1] ?? [])
  }
  return { project, level, ledger: path.join(folder, 'ledger.jsonl'), goodOnEngine }
}

const UNREADABLE: [string, string][] = [
  ['of garbage', 'garbage\n\0more\n'],
  ['that a newer Pristine wrote', '{"at":"2030-01-01T00:00:00.000Z","kind":"snapshot","name":"x"}\n'],
]
test.each(sampled(UNREADABLE, 2))(
  'lines of the history %s are said and left out, and everything goes on',
  async (_, lines) => {
    const { project, ledger, goodOnEngine } = await withHistory()
    await using _project = project
    await appendFile(ledger, lines)
    const warned = () => project.events.filter((event) => event.kind === 'warning')
    expect(await project.status()).toMatchObject({ state: 'ready', version: { ordinal: 1 } })
    expect(warned()).toMatchObject([{ text: expect.stringContaining('of a newer Pristine, and left out') }])
    const versions = [
      { ordinal: 3 },
      { ordinal: 2, knownGood: true, marked: true },
      { ordinal: 1, current: true },
    ]
    expect(await project.versions()).toMatchObject(versions)
    const clean = await project.engine.clean(project.folder, { apply: false }, project.run())
    // v3 is what would be known-good without the mark.
    expect(clean.versions).toEqual([])
    expect(await project.up()).toMatchObject({ action: 'none', version: { ordinal: 1 } })
    const before = warned().length
    expect(await project.reset()).toMatchObject({ action: 'recreated', version: { ordinal: 2 } })
    // What the engine tells stands in the history now.
    expect(warned()).toHaveLength(before)
    expect(await project.versions()).toMatchObject([
      { ordinal: 3 },
      { ordinal: 2, marked: true },
      { ordinal: 1 },
    ])
    expect(await goodOnEngine()).toEqual(['v2'])
  },
)

test.each(sampled(['up', 'reset', 'clean', 'remove'] as const, 4))(
  'a history that is gone is taken from the engine: versions, known-good, and %s goes on',
  async (verb) => {
    const { project, level, ledger, goodOnEngine } = await withHistory()
    await using _project = project
    await rm(ledger)
    const present = { present: true }
    const versions = [
      { ordinal: 3, ...present, knownGood: false },
      { ordinal: 2, ...present, knownGood: true },
      { ordinal: 1, ...present, knownGood: false },
    ]
    expect(await project.versions()).toMatchObject(versions)
    expect((await project.engine.disk(project.folder)).versions).toHaveLength(3)
    expect(await project.engine.diff(project.folder, 'v1', 'v3')).toMatchObject({
      inputs: [{ from: '1', to: '3' }],
    })
    if (verb === 'up') expect(await project.up()).toMatchObject({ version: { ordinal: 1 } })
    if (verb === 'reset') expect(await project.reset()).toMatchObject({ version: { ordinal: 2 } })
    if (verb === 'remove')
      await project.engine.remove(project.folder, { data: false, versions: false }, project.run())
    if (verb === 'clean') {
      const { versions } = await project.engine.clean(project.folder, { apply: true }, project.run())
      expect(versions).toMatchObject([{ ordinal: 3 }])
    } else expect(await project.versions()).toMatchObject(versions)
    expect(await goodOnEngine()).toEqual(['v2'])
    expect(await project.reset()).toMatchObject({ version: { ordinal: 2 } })
    await project.write(level(4))
    expect(await project.up()).toMatchObject({ version: { ordinal: 4 } })
    expect(await goodOnEngine()).toEqual(['v4'])
  },
)

testEven(
  'of a home that is gone the versions are taken from the engine; a plan that it had can be made again from the checkout',
  async () => {
    const { project, level } = await withHistory()
    await using _project = project
    await rm(homeOf(project), { recursive: true })
    expect(await project.up()).toMatchObject({ action: 'recreated', version: { ordinal: 1 } })
    expect(await project.versions()).toMatchObject([
      { ordinal: 3, plan: false },
      { ordinal: 2, plan: false, knownGood: true },
      { ordinal: 1, plan: true },
    ])
    const lost = { code: 'plan-lost', hint: expect.stringContaining('pristine up') }
    await expect(project.reset()).rejects.toMatchObject(lost)
    await expect(project.engine.diff(project.folder, 'v1', 'v2')).rejects.toMatchObject(lost)
    expect(await project.status()).toMatchObject({ state: 'ready', version: { ordinal: 1 } })
    await project.write(level(2))
    expect(await project.up()).toMatchObject({ action: 'recreated', version: { ordinal: 2 } })
    await pruneVersion(project, 1)
    expect(await project.reset('v1')).toMatchObject({ action: 'built', version: { ordinal: 1 } })
  },
)

testOdd('a version that lost a name on the engine is found when the history is gone', async () => {
  const { project, ledger } = await withHistory()
  await using _project = project
  const [third] = await project.versions()
  const repository = third?.image.split(':')[0]
  for (const name of [third?.image ?? '', `${repository}:v1`])
    await docker().getImage(name).remove({ force: true })
  await rm(ledger)
  // v1 without its ordinal comes after those that have theirs.
  const found = [
    { ordinal: 4, current: true },
    { ordinal: 3, id: third?.id },
    { ordinal: 2, knownGood: true },
  ]
  expect(await project.versions()).toMatchObject(found)
  await project.reset()
  expect(await project.versions()).toMatchObject([
    { ordinal: 4 },
    { ordinal: 3 },
    { ordinal: 2, current: true },
  ])
})

testEven('a history whose last line a crash cut off forgets only that', async () => {
  await using project = await testProject(definition(1))
  await project.up()
  await project.write(definition(2))
  await project.up()
  const ledger = path.join(await folderOf(project), 'ledger.jsonl')
  const text = await readFile(ledger, 'utf8')
  await writeFile(ledger, text.slice(0, -20))
  expect(await project.versions()).toMatchObject([{ ordinal: 2 }, { ordinal: 1, knownGood: true }])
  expect(await project.up()).toMatchObject({ version: { ordinal: 2 }, environment: { state: 'ready' } })
  expect(await project.versions()).toMatchObject([{ ordinal: 2, current: true, knownGood: true }, {}])
  expect((await thingsOf(await project.key())).containers).toHaveLength(1)
  await rm(ledger)
})
