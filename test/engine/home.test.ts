import { appendFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { authority } from '../rig/commands.ts'
import { makeMemoryDisk } from '../rig/small-disk.ts'
import { thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

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

  test('because it is full: nothing is lost, and what makes room works', async () => {
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

  test('because it fills up in the middle: what is half written is undone', async () => {
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

  test('because it is read-only: what only looks works, and nothing is lost', async () => {
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

describe.each(DAMAGE)('files of the home that are %s', (_, damage) => {
  test('are made again: caches, recipes, records, locks', async () => {
    await using project = await testProject(definition(1))
    const { environment, version } = await project.up()
    await project.exec('true')
    const files = (await readdir(homeOf(project), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== 'ledger.jsonl')
      .map((entry) => path.join(entry.parentPath, entry.name))
    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['project.json', 'plan.json', 'contents.json', 'user-env.json', 'writer.lock']),
    )
    const folder = await folderOf(project)
    for (const name of ['writer.json', 'hashes.json', 'intent.json']) files.push(path.join(folder, name))
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

test('a history of garbage is told with what to do, the environment runs on, and without it all goes on', async () => {
  await using project = await testProject(definition(1))
  const { version, environment } = await project.up()
  const ledger = path.join(await folderOf(project), 'ledger.jsonl')
  await appendFile(ledger, 'garbage\nmore\n')
  for (const verb of [() => project.up(), () => project.status(), () => project.reset()]) {
    await expect(verb()).rejects.toMatchObject({
      code: 'ledger-unreadable',
      hint: expect.stringContaining(`Move ${ledger} away`),
    })
  }
  await rename(ledger, `${ledger}.damaged`)
  expect(await project.status()).toMatchObject({
    version: { id: version.id },
    environment: { containers: environment.containers },
  })
  expect(await project.up()).toMatchObject({ version })
  expect(await project.versions()).toMatchObject([{ ordinal: 1, knownGood: true, present: true }])
})

test('a history whose last line a crash cut off forgets only that', async () => {
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
