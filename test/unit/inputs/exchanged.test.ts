import { renameSync, symlinkSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { type WorkspaceCopy, workspaceCopies } from '../../../main/build/bake/workspace-copy.ts'
import { workspaceCopyTar } from '../../../main/build/bake/workspace-copy-tar.ts'
import { differingFrom } from '../../../main/build/changed-inputs.ts'
import { contextTar } from '../../../main/build/context-tar.ts'
import { HashCache } from '../../../main/definition/inputs/hash-cache.ts'
import { contextFiles } from '../../../main/definition/inputs/inputs.ts'
import { openInside } from '../../../main/files/open-inside.ts'
import { readText } from '../../../main/files/read-text.ts'
import { readLock, writeLock } from '../../../main/lock/lock-file.ts'
import { propose } from '../../../main/proposal/propose.ts'
import { writeProposal } from '../../../main/proposal/write-proposal.ts'
import type { Project } from '../../../main/store/open-project.ts'
import { EMPTY_LOCK } from '../../../shared/lock.ts'
import { checkoutOf, type Scratch, scratch } from './scratch.ts'

/**
 * Code inside an environment can write the project's folder, and so put a link in the place of a folder at any moment.
 * Each road on which Pristine reads or writes there, with the exchange at the worst of them.
 */
const LINKED = 'a link has taken its place, or that of a folder above it'

interface Exchanged extends Scratch {
  project: Project
  /** Puts a link to what lies outside in the place of a folder of the project. */
  exchange(name: string): void
}

async function surroundings(files: Record<string, string>): Promise<Exchanged> {
  const all = await scratch({ 'outside/file': 'secret', 'outside/pristine.lock': 'theirs' })
  for (const [name, content] of Object.entries(files)) await all.write(`project/${name}`, content)
  return Object.assign(all, {
    project: { path: all.at('project'), name: 'project', key: 'project-1' as Project['key'] },
    exchange(name: string) {
      renameSync(all.at(`project/${name}`), all.at('aside'))
      symlinkSync(all.at('outside'), all.at(`project/${name}`))
    },
  })
}

test('between the listing and the hashing', async () => {
  await using all = await surroundings({ 'data/file': 'own' })
  const hashes = await HashCache.open()
  let hashed = 0
  const swapping: HashCache = Object.create(hashes, {
    hashAtOnce: {
      value: (root: string, name: string) => {
        if (hashed++ === 0) all.exchange('data')
        return hashes.hashAtOnce(root, name)
      },
    },
  })
  await expect(
    contextFiles(
      await checkoutOf(all.project.path, swapping),
      all.project.path,
      [{ patterns: ['data'] }],
      undefined,
    ),
  ).rejects.toMatchObject({ code: 'input-unreadable', data: { path: 'data/file', problem: LINKED } })
  expect(hashed).toBe(1)
})

test('between the hashing and the sending', async () => {
  await using all = await surroundings({ 'data/file': 'secret', 'data/empty/x': '' })
  const root = all.project.path
  const files = await contextFiles(await checkoutOf(root), root, [{ patterns: ['data'] }], undefined)
  all.exchange('data')
  // Even the same content is not taken from elsewhere.
  await expect(buffer(contextTar({ files, open: ([name]) => openInside(root, name) }))).rejects.toMatchObject(
    {
      code: 'input-unreadable',
      data: { path: 'data/empty/x', problem: 'it changed while it was being sent' },
    },
  )
  expect(await differingFrom(await checkoutOf(root), '', files)).toEqual(files.map(([name]) => name))
})

test('of the build context itself', async () => {
  await using all = await surroundings({ 'docker/data/file': 'own' })
  all.exchange('docker')
  await expect(
    contextFiles(
      await checkoutOf(all.project.path),
      all.at('project/docker'),
      [{ patterns: ['.'] }],
      undefined,
    ),
  ).rejects.toMatchObject({ code: 'input-unreadable' })
})

test('of a folder that holds a text of the definition', async () => {
  await using all = await surroundings({ '.devcontainer/file': 'own' })
  expect(await readText(all.project, '.devcontainer/file')).toBe('own')
  all.exchange('.devcontainer')
  await expect(readText(all.project, '.devcontainer/file')).rejects.toMatchObject({
    code: 'definition-invalid',
  })
})

test('of the folder of the lock: it is neither read nor written', async () => {
  await using all = await surroundings({ '.devcontainer/devcontainer.json': '{}' })
  all.exchange('.devcontainer')
  const name = '.devcontainer/pristine.lock'
  await expect(readLock(all.project, name)).rejects.toMatchObject({ code: 'lock-invalid' })
  await expect(writeLock(all.project, name, EMPTY_LOCK)).rejects.toMatchObject({ code: 'storage-failed' })
  expect(await readFile(all.at('outside/pristine.lock'), 'utf8')).toBe('theirs')
  expect((await readdir(all.at('outside'))).sort()).toEqual(['file', 'pristine.lock'])
})

test('a link that stays inside the project leads to the lock as ever', async () => {
  await using all = await surroundings({ 'config/x': '' })
  await all.link('project/.devcontainer', 'config')
  await writeLock(all.project, '.devcontainer/pristine.lock', EMPTY_LOCK)
  expect(await readLock(all.project, '.devcontainer/pristine.lock')).toEqual(EMPTY_LOCK)
  expect((await readdir(all.at('project/config'))).sort()).toEqual(['pristine.lock', 'x'])
})

test('of the folder that a proposal is written into', async () => {
  await using all = await surroundings({ 'package.json': '{ "name": "x" }', '.devcontainer/x': '' })
  const { fingerprint } = await propose(all.project)
  all.exchange('.devcontainer')
  await expect(writeProposal(all.project, fingerprint)).rejects.toMatchObject({ code: 'storage-failed' })
  expect((await readdir(all.at('outside'))).sort()).toEqual(['file', 'pristine.lock'])
})

test('between the listing and the copy that content hooks work on', async () => {
  await using all = await surroundings({ 'data/file': 'own', kept: 'kept' })
  const { copies: views } = await workspaceCopies(
    all.project,
    [{ Type: 'bind', Source: all.project.path, Target: '/work' }],
    [],
    process.env,
    { report: () => {} },
  )
  all.exchange('data')
  const copied = new Map<string, string>()
  const [view] = views
  if (!view) throw new Error('there is no view')
  const sent = await buffer(
    workspaceCopyTar(view, { uid: 0, gid: 0 }, { replaced: new Map(), extra: [] }, copied),
  )
  expect(sent.toString('latin1')).not.toContain('secret')
  expect([...copied.keys()]).toEqual(['data', 'kept'])
})

test('between the look for an older input and its copy', async () => {
  await using all = await surroundings({ 'data/file': 'own' })
  const input = {
    kind: 'file' as const,
    path: 'data/file',
    executable: false,
    sha256: '8a798890fe93817163b10b5f7bd2ca4d25d84c52739a645a889c173eee7d9d3d',
    open: () => openInside(all.project.path, 'data/file'),
  }
  const view: WorkspaceCopy = {
    source: all.project.path,
    target: '/work',
    entries: [{ path: 'data/file', kind: 'file' }],
    objects: [],
  }
  all.exchange('data')
  const replaced = new Map([['data/file', input]])
  const sent = buffer(workspaceCopyTar(view, { uid: 0, gid: 0 }, { replaced, extra: [] }, new Map()))
  await expect(sent).rejects.toMatchObject({ code: 'input-unreadable', data: { path: 'data/file' } })
})
