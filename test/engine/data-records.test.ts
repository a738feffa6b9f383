import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createEngine } from '../../main/engine.ts'
import { openHost } from '../../main/host/host.ts'
import { openHome } from '../../main/store/home.ts'
import { openProject } from '../../main/store/open-project.ts'
import { listCleanup } from '../../main/verbs/cleanup/list-cleanup.ts'
import { removeChosen } from '../../main/verbs/cleanup/remove-chosen.ts'
import type { OperationEvent } from '../../shared/operation.ts'
import { authority } from '../rig/commands.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { makeMemoryDisk } from '../rig/small-disk.ts'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { docker, thingsOf } from './docker.ts'
import { git } from './git.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

/** What is recorded of the data may be lost, another's, or impossible to write: no data goes for that. */

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const withData = (more: object = {}) =>
  devcontainer({
    image: 'busybox:1.36',
    mounts: ['source=data,target=/data,type=volume'],
    userEnvProbe: 'none',
    ...more,
  })

const homeOf = (project: TestProject) => project.env['PRISTINE_HOME'] ?? ''
const folderOf = async (project: TestProject) => path.join(homeOf(project), 'projects', await project.key())
const recordOf = async (project: TestProject) => path.join(await folderOf(project), 'data.json')
const names = async (project: TestProject) =>
  (await project.engine.snapshots(project.folder)).map(({ name }) => name)
const warnings = (project: TestProject) =>
  project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))

/** A project with data, a fork that has begun with it, and where the fork is. */
async function forked(project: TestProject): Promise<string> {
  await project.up()
  git(project.folder, 'init', '-q', '-b', 'main')
  git(project.folder, 'add', '.')
  git(project.folder, 'commit', '-qm', 'one')
  await project.exec('echo mine >/data/rows')
  const fork = await project.engine.fork(project.folder, 'try', { data: null }, project.run())
  return fork.path
}

testEven(
  'a fork and its project leave each other the layers that both have, also where a record is lost',
  async () => {
    await using project = await testProject(withData())
    const { engine, folder } = project
    const fork = await forked(project)
    await engine.up(fork, { frozen: false }, project.run())
    const keyOfFork = (await openProject(fork, openHome(project.env))).key
    for (const one of [fork, folder])
      await engine.remove(one, { data: false, versions: false }, project.run())
    // Of the project nothing is known but what its volumes say.
    const record = await recordOf(project)
    await rename(record, `${record}.lost`)
    await engine.remove(fork, { data: true, versions: false }, project.run())
    expect((await thingsOf(keyOfFork)).volumes).toEqual([])
    await project.up()
    expect((await project.exec('cat /data/rows')).stdout).toBe('mine\n')

    await engine.remove(fork, { data: false, versions: true }, project.run())
    await engine.removeFork(fork, project.run())
    git(folder, 'branch', '-D', 'try')
    await engine.fork(folder, 'try', { data: null }, project.run())
    await engine.up(fork, { frozen: false }, project.run())
    for (const one of [fork, folder])
      await engine.remove(one, { data: false, versions: false }, project.run())
    await rm(path.join(homeOf(project), 'projects', keyOfFork, 'data.json'))
    await engine.remove(folder, { data: true, versions: false }, project.run())
    await engine.up(fork, { frozen: false }, project.run())
    expect((await pristine(project, '-C', fork, 'exec', '--', 'cat', '/data/rows')).stdout).toBe('mine\n')
    await engine.remove(fork, { data: true, versions: true }, project.run())
  },
)

testOdd("what only looks shows this engine's data, also before anything was written", async () => {
  await using project = await testProject(withData())
  const { engine, folder } = project
  await project.up()
  await engine.takeSnapshot(folder, { name: 'mine' }, project.run())
  await engine.settled()
  const before = await engine.data(folder)
  const record = await recordOf(project)
  const cleanup = async () => listCleanup(openHost(project.env))
  const listed = await cleanup()
  // It was used with another engine last.
  await rename(record, path.join(path.dirname(record), 'data-away-00000000.json'))
  const data = `pristine-${await project.key()}-data`
  const elsewhere = {
    ...{ format: 1, engine: 'another', generation: 7, unneeded: [] },
    stacks: { [data]: { layers: [{ volume: data, path: '' }], mount: data } },
    snapshots: [
      {
        ...{ name: 'theirs', takenAt: new Date().toISOString(), origin: 'taken', version: null },
        volumes: { [data]: [{ volume: 'elsewhere', path: '' }] },
      },
    ],
  }
  await writeFile(record, JSON.stringify(elsewhere))
  expect(await names(project)).toEqual(['mine'])
  expect(await engine.data(folder)).toEqual(before)
  expect(await cleanup()).toEqual(listed)
  expect(JSON.parse(await readFile(record, 'utf8'))).toEqual(elsewhere)
  // A reset names what it kept here.
  project.events.length = 0
  await engine.reset(folder, { data: 'mine' }, project.run())
  expect(project.events).toContainEqual({
    kind: 'note',
    text: 'What the data was is kept: pristine snapshot restore before-mine',
  })
  await engine.settled()
})

testEven(
  'a history that was taken from the engine does not deny that a change of the data counts',
  async () => {
    await using project = await testProject(withData())
    const { engine, folder } = project
    await project.up()
    const record = await recordOf(project)
    let unrecorded = ''
    const report = () => {
      const text = readFileSync(record, 'utf8')
      if (text.includes('"pending"')) unrecorded = text
    }
    await engine.takeSnapshot(folder, { name: 'one' }, { ...project.run(), report })
    await engine.settled()
    // The change could not be recorded, and everybody goes on working with it.
    await writeFile(record, unrecorded)
    await project.exec('echo precious >/data/rows')
    const { environment } = await project.status()
    for (const { id } of environment.containers) await docker().getContainer(id).remove({ force: true })
    // Where the history had it there is damage; the record cannot be read for a while.
    const ledger = path.join(await folderOf(project), 'ledger.jsonl')
    const lines = (await readFile(ledger, 'utf8')).split('\n')
    await writeFile(ledger, lines.map((line) => (line.includes('"data"') ? '\0' : line)).join('\n'))
    await writeFile(record, '{')
    await expect(project.up()).rejects.toMatchObject({ code: 'data-record-unreadable' })
    expect(await readFile(ledger, 'utf8')).toContain('"recovered"')
    await writeFile(record, unrecorded)
    await project.up()
    expect(warnings(project)).toContainEqual(expect.stringContaining('is the snapshot unrecorded'))
    await engine.restoreSnapshot(folder, { name: 'unrecorded' }, project.run())
    expect((await project.exec('cat /data/rows')).stdout).toBe('precious\n')
    await engine.settled()
  },
)

testOdd('data whose newest record another data folder has is removed with that one only', async () => {
  await using project = await testProject(withData())
  const { folder } = project
  await project.up()
  await project.exec('echo mine >/data/rows')
  await project.engine.remove(folder, { data: false, versions: false }, project.run())
  const other = { ...project.env, PRISTINE_HOME: `${homeOf(project)}-other` }
  const theirs = createEngine(other)
  const removal = () => theirs.remove(folder, { data: true, versions: false }, project.run())
  const elsewhere = {
    code: 'data-elsewhere',
    why: expect.stringContaining(`${homeOf(project)}, and ${await recordOf(project)} has a record`),
    hint: expect.stringContaining(`PRISTINE_HOME=${homeOf(project)}`),
  }
  const [volume = ''] = (await thingsOf(await project.key())).volumes
  const cleanup = async () =>
    removeChosen(
      openHost(other),
      await openProject(folder, openHome(other)),
      { versions: [], volumes: [volume] },
      project.run(),
    )
  await expect(removal()).rejects.toMatchObject(elsewhere)
  await expect(cleanup()).rejects.toMatchObject(elsewhere)
  // Also once both have gone on with it.
  await theirs.up(folder, { frozen: false }, project.run())
  await theirs.remove(folder, { data: false, versions: false }, project.run())
  await project.engine.takeSnapshot(folder, { name: 'mine' }, project.run())
  await project.up()
  await project.engine.remove(folder, { data: false, versions: false }, project.run())
  const older = await readFile(path.join(other.PRISTINE_HOME, 'projects', await project.key(), 'data.json'))
  for (const damage of [older, '{']) {
    await writeFile(path.join(other.PRISTINE_HOME, 'projects', await project.key(), 'data.json'), damage)
    await expect(removal()).rejects.toMatchObject({ code: 'data-elsewhere' })
  }
  await project.up()
  expect((await project.exec('cat /data/rows')).stdout).toBe('mine\n')
  // Where that data folder has no record any more, nobody else needs it.
  await project.engine.remove(folder, { data: false, versions: false }, project.run())
  await rm(await recordOf(project))
  expect((await removal()).volumes).not.toEqual([])
  expect((await thingsOf(await project.key())).volumes).toEqual([])
  await rm(other.PRISTINE_HOME, { recursive: true })
})

testEven(
  'a start that cannot be recorded, and networks that a stop finds, keep nobody from an environment',
  async () => {
    await using project = await testProject(withData())
    await project.up()
    const folder = await folderOf(project)
    const start = path.join(folder, 'start.json')
    await rm(start)
    await mkdir(path.join(start, 'inside'), { recursive: true })
    expect(await project.reset()).toMatchObject({ action: 'recreated', environment: { state: 'ready' } })
    expect(await project.status()).toMatchObject({ state: 'ready' })
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
    // A process died while it stopped again what it had only started for a change: of the old set there are networks.
    const key = await project.key()
    const name = `pristine-${key}-0123456789ab-default`
    await docker().createNetwork({
      Name: name,
      Labels: {
        'dev.pristine.project': key,
        'dev.pristine.path': project.folder,
        'dev.pristine.set': `pristine-${key}-0123456789ab`,
      },
    })
    await writeFile(path.join(folder, 'intent.json'), JSON.stringify({ kind: 'stop' }))
    await project.engine.stop(project.folder, project.run())
    const networks = await docker().listNetworks({ filters: JSON.stringify({ name: [name] }) })
    expect(networks).toEqual([])
  },
)

testOdd(
  'what a run could not remove is removed by the next command, which finds it by its lease',
  async () => {
    await using project = await testProject(withData())
    await project.up()
    await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
    const engine = createEngine({ ...project.env, DOCKER_HOST: proxy.address })
    const refusal = { kind: 'refuse', status: 500, message: 'A test says so.' } as const
    for (let time = 0; time < 2; time++)
      void proxy.at(
        ({ method, path }) => method === 'DELETE' && path.startsWith('/containers/'),
        'before',
        refusal,
      )
    const terminal = {
      ...{ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
      ...{ tty: false, interactive: false },
    }
    await expect(
      engine.run(project.folder, { frozen: false }, ['true'], terminal, project.run()),
    ).rejects.toMatchObject({ code: 'engine-refused' })
    const key = await project.key()
    const runs = async () => (await thingsOf(key)).containers.filter((name) => name.includes('-run-'))
    const leases = async () => readdir(path.join(await folderOf(project), 'runs'))
    expect(await runs()).toHaveLength(1)
    expect(await leases()).toHaveLength(1)
    await project.engine.stop(project.folder, project.run())
    expect(await runs()).toEqual([])
    expect(await leases()).toEqual([])
  },
)

const cannotMount = process.platform !== 'linux' || authority() === 'none'
const title = cannotMount ? 'skipped, because nothing can be mounted here: ' : ''

describe.skipIf(cannotMount)(`${title}a record that cannot be written, because its disk is full`, () => {
  /** A project with a snapshot, with its home on a disk of its own. */
  async function onItsOwnDisk() {
    const project = await testProject(withData())
    const disk = await makeMemoryDisk(homeOf(project), 2048)
    await project.up()
    await project.exec('echo one >/data/rows')
    await project.engine.takeSnapshot(project.folder, { name: 'one' }, project.run())
    await project.exec('echo two >/data/rows')
    await project.engine.takeSnapshot(project.folder, { name: 'two' }, project.run())
    await project.engine.settled()
    // What a swap leaves to the next command is done.
    await project.engine.stop(project.folder, project.run())
    return {
      project,
      disk,
      [Symbol.asyncDispose]: async () => {
        await disk[Symbol.asyncDispose]()
        await project[Symbol.asyncDispose]()
      },
    }
  }
  const refused = { code: 'storage-failed', why: expect.stringMatching(/no space left/) }

  testEven('nothing is removed before it says so, and all data can be removed all the same', async () => {
    await using one = await onItsOwnDisk()
    const { project, disk } = one
    const { engine, folder } = project
    const key = await project.key()
    const { volumes } = await thingsOf(key)
    const record = await readFile(await recordOf(project), 'utf8')
    await engine.remove(folder, { data: false, versions: false }, project.run())
    const unchanged = async () => {
      expect((await thingsOf(key)).volumes).toEqual(volumes)
      expect(await readFile(await recordOf(project), 'utf8')).toBe(record)
    }
    await disk.fill()
    await expect(engine.deleteSnapshot(folder, 'one', project.run())).rejects.toMatchObject(refused)
    await unchanged()
    await expect(engine.restoreSnapshot(folder, { name: 'one' }, project.run())).rejects.toMatchObject(
      refused,
    )
    await unchanged()
    const data = `pristine-${key}-data`
    await expect(
      removeChosen(
        openHost(project.env),
        await openProject(folder, openHome(project.env)),
        { versions: [], volumes: [data] },
        project.run(),
      ),
    ).rejects.toMatchObject(refused)
    await unchanged()
    const removed = await engine.remove(folder, { data: true, versions: false }, project.run())
    expect(removed.volumes.toSorted()).toEqual(volumes)
    expect((await thingsOf(key)).volumes).toEqual([])
    await disk.free()
    await project.up()
    expect((await project.exec('ls -A /data')).stdout).toBe('')
  })

  testOdd('an export is whole, and what was made for it is removed by the next command', async () => {
    await using one = await onItsOwnDisk()
    const { project, disk } = one
    const { engine, folder } = project
    const key = await project.key()
    const { volumes } = await thingsOf(key)
    const filling = path.join(homeOf(project), 'filling')
    const report = (event: OperationEvent) => {
      project.events.push(event)
      if (event.kind !== 'step' || !event.done) return
      try {
        writeFileSync(filling, Buffer.alloc(2048 * 1024))
      } catch {}
    }
    const file = path.join(folder, 'two.tar')
    await engine.exportSnapshot(folder, { name: 'two', file }, { ...project.run(), report })
    expect(warnings(project)).toContainEqual(
      expect.stringContaining('What was made to read the snapshot is removed by a later command'),
    )
    expect((await thingsOf(key)).volumes.length).toBeGreaterThan(volumes.length)
    await disk.free()
    await engine.stop(folder, project.run())
    expect((await thingsOf(key)).volumes).toEqual(volumes)
    expect((await engine.importSnapshot(folder, { file }, project.run())).volumes).toEqual(['data'])
  })
})
