import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openRecipes } from '../../../main/build/read-recipe.ts'
import { storeRecipe } from '../../../main/build/store-recipe.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')

/** A project that copies a folder, planned, with its recipe kept. Its base is pinned already. */
async function kept(folder: Scratch, { whileSent = false } = {}) {
  await folder.write('project/Dockerfile', 'FROM busybox:1.36\nCOPY data /data\n')
  const resolved = `docker.io/library/busybox@sha256:${'0'.repeat(64)}`
  const lock = { lockVersion: 1, images: { 'busybox:1.36': { resolved } }, downloads: {} }
  await folder.write('project/pristine.lock', JSON.stringify(lock))
  const home = openHome({ PRISTINE_HOME: folder.at('home') })
  const project = await openProject(folder.at('project'))
  const engine = () => Promise.reject(new Error('nobody asks an engine'))
  const planned = await planProject({ home, env: {}, engine }, project, { frozen: true }, silentRun())
  const keep = (options?: { whileSent: boolean }) => storeRecipe(home, project, planned, options)
  if (!whileSent) await keep()
  const read = async () => (await openRecipes({ home, env: {} }, project))({ id: planned.id, ordinal: 1 })
  return { home, keep, read, blobs: async () => (await readdir(home.blobs)).sort() }
}

test('a large lockfile and a folder of many files are kept, equal contents once', async () => {
  await using folder = await scratch()
  const lockfile = Buffer.alloc(3_000_000, 'lock')
  await folder.write('project/data/package-lock.json', lockfile)
  for (let index = 0; index < 1500; index++)
    await folder.write(`project/data/files/${index}`, String(index % 1000))
  const { home, read, blobs } = await kept(folder)
  expect(await blobs()).toHaveLength(1001)
  await folder.write('project/data/package-lock.json', 'other')
  await folder.write('project/data/files/7', 'other')
  expect((await read()).whole).toBe(true)
  expect((await readFile(path.join(home.blobs, sha256(lockfile)))).equals(lockfile)).toBe(true)
})

test('of too much the smallest files are kept; the rest is needed from the checkout', async () => {
  await using folder = await scratch()
  await folder.write('project/data/small', 'small')
  await folder.write('project/data/large', '')
  await truncate(folder.at('project/data/large'), 129 * 1024 * 1024)
  const { read, blobs } = await kept(folder)
  expect(await blobs()).toEqual([sha256('small')])
  await folder.write('project/data/small', 'other')
  expect((await read()).whole).toBe(true)
  await folder.write('project/data/large', 'other')
  expect(await read()).toEqual({ whole: false, missing: ['data/large'] })
})

test('what several builds send is all kept, each when it was sent', async () => {
  await using folder = await scratch({
    'project/data/a': 'one',
    'project/data/b': 'two',
    'project/data/c': 'three',
  })
  const { keep, blobs } = await kept(folder, { whileSent: true })
  const writer = await keep({ whileSent: true })
  for (const content of ['one', 'two']) {
    writer.add(sha256(content), Buffer.from(content))
    writer.write()
  }
  await writer.end()
  // The third was sent by no build, because its image is there.
  expect(await blobs()).toEqual(['one', 'two', 'three'].map(sha256).sort())
})

test('what was cut in the store is kept anew, and what changed meanwhile is not kept', async () => {
  await using folder = await scratch({ 'project/data/a': 'content', 'project/data/b': 'before' })
  const { home, keep, blobs } = await kept(folder)
  await writeFile(path.join(home.blobs, sha256('content')), '')
  await folder.write('project/data/b', 'behind')
  await writeFile(path.join(home.blobs, sha256('before')), '')
  await keep()
  expect(await readFile(path.join(home.blobs, sha256('content')), 'utf8')).toBe('content')
  expect(await readFile(path.join(home.blobs, sha256('before')), 'utf8')).toBe('')
  expect(await blobs()).toEqual([sha256('content'), sha256('before')].sort())
})

test('nothing behind a link that took the place of a folder is kept, or taken', async () => {
  await using folder = await scratch({ 'project/data/a': 'content', 'outside/a': 'content' })
  const { home, keep, read, blobs } = await kept(folder)
  await rm(path.join(home.blobs, sha256('content')))
  expect((await read()).whole).toBe(true)
  await rename(folder.at('project/data'), folder.at('aside'))
  await folder.link('project/data', '../outside')
  await keep()
  expect(await blobs()).toEqual([])
  expect(await read()).toEqual({ whole: false, missing: ['data/a'] })
})

test('a store that cannot be written is reported', async () => {
  await using folder = await scratch({ 'project/data/a': 'content' })
  const { home, keep } = await kept(folder)
  await writeFile(folder.at('home/file'), '')
  home.blobs = folder.at('home/file')
  await expect(keep()).rejects.toMatchObject({ code: 'storage-failed' })
})

test('what a build sends is kept as it is sent, and the rest at the end', async () => {
  await using folder = await scratch({
    'project/data/a': 'sent',
    'project/data/b': 'not sent',
    'project/package-lock.json': 'beside',
  })
  await folder.write('project/data/large', Buffer.alloc(1024 * 1024 + 1))
  const { home, keep, read, blobs } = await kept(folder, { whileSent: true })
  const keeper = await keep({ whileSent: true })
  const before = [sha256('beside'), sha256(Buffer.alloc(1024 * 1024 + 1))]
  expect(await blobs()).toEqual(before.toSorted())
  keeper.add(sha256('sent'), Buffer.from('sent'))
  keeper.add(sha256('of another'), Buffer.from('of another'))
  // It is the content that was sent which is kept, whatever the file holds by now.
  await folder.write('project/data/a', 'changed')
  expect(await blobs()).toEqual(before.toSorted())
  keeper.write()
  await keeper.end()
  expect(await blobs()).toEqual([...before, sha256('sent'), sha256('not sent')].sort())
  expect(await readFile(path.join(home.blobs, sha256('sent')), 'utf8')).toBe('sent')
  expect((await read()).whole).toBe(true)
})

test('a content that cannot be kept while it is sent is reported at the end', async () => {
  await using folder = await scratch({ 'project/data/a': 'sent' })
  const { home, keep } = await kept(folder, { whileSent: true })
  const keeper = await keep({ whileSent: true })
  await rm(home.blobs, { recursive: true })
  await writeFile(home.blobs, 'a file in the way')
  keeper.add(sha256('sent'), Buffer.from('sent'))
  keeper.write()
  await expect(keeper.end()).rejects.toMatchObject({ code: 'storage-failed' })
})

test('of a build that failed no more is kept', async () => {
  await using folder = await scratch({ 'project/data/a': 'sent' })
  const { keep, blobs } = await kept(folder, { whileSent: true })
  const keeper = await keep({ whileSent: true })
  keeper.add(sha256('sent'), Buffer.from('sent'))
  keeper.write()
  keeper.stop()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await blobs()).toEqual([])
})

test('what does not fit into memory is written while the rest is sent', async () => {
  await using folder = await scratch()
  const large = Array.from({ length: 70 }, (_, at) => Buffer.alloc(1024 * 1024, String(at).padStart(8)))
  for (const [at, content] of large.entries()) await folder.write(`project/data/${at}`, content)
  const { keep, blobs } = await kept(folder, { whileSent: true })
  const keeper = await keep({ whileSent: true })
  for (const content of large) keeper.add(sha256(content), content)
  await expect.poll(blobs, { timeout: 10_000 }).toHaveLength(6)
  keeper.write()
  await keeper.end()
  expect(await blobs()).toEqual(large.map(sha256).sort())
})
