import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { forgetProject, recordedProjects, rememberProject } from '../../../main/store/project-records.ts'
import { collide, hashOf } from '../clone/colliding.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

let shops: { root: Scratch; one: string; two: string; older: string }
beforeAll(async () => {
  const root = await scratch()
  const [one, two] = collide(root.path)
  for (const folder of [one, two]) await mkdir(folder, { recursive: true })
  shops = { root, one, two, older: `shop-${hashOf(one).slice(0, 8)}` }
})
afterAll(() => shops.root[Symbol.asyncDispose]())

/** The two folders, and a data folder of a test's own. */
async function twoShops() {
  const place = await scratch()
  const home = openHome({ PRISTINE_HOME: place.at('home') })
  return { ...shops, place, home, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() }
}

/** What an older Pristine kept of a project. */
const keptOf = (place: Scratch, key: string, folder: string) =>
  place.write(`home/projects/${key}/project.json`, `${JSON.stringify({ path: folder })}\n`)

test('new projects have keys of 128 bits: two folders whose older keys would be one have two', async () => {
  await using given = await twoShops()
  const { home, one, two } = given
  const [first, second] = [await openProject(one, home), await openProject(two, home)]
  expect(first.key).toBe(`shop-${hashOf(one).slice(0, 32)}`)
  expect(second.key).toBe(`shop-${hashOf(two).slice(0, 32)}`)
  expect(first.key.slice(0, 13)).toBe(second.key.slice(0, 13))
})

test('a project of an older Pristine keeps its key, and no other folder gets it', async () => {
  await using given = await twoShops()
  const { place, home, one, two, older } = given
  await keptOf(place, older, one)
  const [first, second] = [await openProject(one, home), await openProject(two, home)]
  expect(first.key).toBe(older)
  expect(second.key).toBe(`shop-${hashOf(two).slice(0, 32)}`)
  for (const project of [first, second]) await rememberProject({ home }, project)
  expect((await openProject(one, home)).key).toBe(older)
  expect((await openProject(two, home)).key).toBe(second.key)
  expect(new Map((await recordedProjects({ home })).map(({ key, path }) => [key, path]))).toEqual(
    new Map([
      [older, one],
      [second.key, two],
    ]),
  )
  await forgetProject({ home }, first.key)
  await forgetProject({ home }, second.key)
  expect(await recordedProjects({ home })).toEqual([])
  expect((await openProject(one, home)).key).toBe(older)
  expect((await openProject(two, home)).key).toBe(second.key)
})

test('what an older Pristine took off its list is known by the files that it hashed', async () => {
  await using given = await twoShops()
  const { place, home, one, two, older } = given
  const hashes = [[path.join(two, 'package-lock.json'), '1', '1', '1', '1', 'a'.repeat(64)]]
  await place.write(`home/projects/${older}/hashes.json`, JSON.stringify({ cacheVersion: 1, hashes }))
  expect((await openProject(two, home)).key).toBe(older)
  expect((await openProject(one, home)).key).not.toBe(older)
  // Of what is damaged nobody knows whose it was.
  await place.write(`home/projects/${older}/hashes.json`, '{')
  expect((await openProject(two, home)).key).not.toBe(older)
})

test('a key whose record names another path is refused', async () => {
  await using given = await twoShops()
  const { place, home, one, two } = given
  const { key } = await openProject(one, home)
  await keptOf(place, key, two)
  await expect(openProject(one, home)).rejects.toMatchObject({
    code: 'project-key-taken',
    why: expect.stringContaining(two),
    hint: expect.stringContaining(path.join(key, 'project.json')),
  })
  await place.write(`home/projects/${key}/project.json`, 'damaged')
  expect((await openProject(one, home)).key).toBe(key)
})
