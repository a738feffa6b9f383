import { createHash } from 'node:crypto'
import { rename, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { storeRecipe } from '../../../main/build/store-recipe.ts'
import { currentPlan, storedPlan } from '../../../main/explain/compared-plan.ts'
import { explainChanges } from '../../../main/explain/explain-changes.ts'
import { withMovedImages } from '../../../main/explain/moved-images.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { type Planned, planProject } from '../../../main/plan/plan.ts'
import { storeInventory } from '../../../main/plan/plan-store.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import type { InputChange } from '../../../shared/change.ts'
import { scratch } from '../inputs/scratch.ts'

const digest = (digit: string) => `docker.io/library/node@sha256:${digit.repeat(64)}`
const LOCK = (nanoid: string, more: object = {}) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { 'node_modules/nanoid': { version: nanoid }, ...more },
  })

/** A project whose base is pinned already, and what of it is kept outside the engine. */
async function shop(dockerfile: string) {
  const folder = await scratch()
  const write = (name: string, text: string | Buffer) => folder.write(`project/${name}`, text)
  const pin = (digit: string) =>
    write(
      'pristine.lock',
      JSON.stringify({
        lockVersion: 1,
        images: { 'node:24': { resolved: digest(digit) } },
        downloads: {},
      }),
    )
  await write('Dockerfile', dockerfile)
  await pin('1')
  const home = openHome({ PRISTINE_HOME: folder.at('home') })
  const project = await openProject(folder.at('project'))
  const engine = () => Promise.reject(new Error('nobody asks an engine'))
  const plan = () => planProject({ home, env: {}, engine }, project, { frozen: true }, silentRun())
  /** Plans it, and keeps that as a build does. */
  const keep = async () => {
    const planned = await plan()
    await storeRecipe(home, project, planned)
    return planned
  }
  const stored = async ({ id }: Planned) => {
    const side = await storedPlan(home, id)
    if (!side) throw new Error('it is not kept')
    return side
  }
  return {
    home,
    write,
    pin,
    keep,
    at: (name: string) => folder.at(`project/${name}`),
    /** Why what is in the folder now is another version than one that was kept. */
    async since(before: Planned): Promise<InputChange[]> {
      return explainChanges(home, await stored(before), await currentPlan(home, project, await plan()))
    },
    async between(before: Planned, after: Planned): Promise<InputChange[]> {
      return explainChanges(home, await stored(before), await stored(after))
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test('a lockfile is named by its packages, before its version is built and ever after', async () => {
  await using project = await shop('FROM node:24\n')
  await project.write('package-lock.json', LOCK('5.1.6'))
  const v1 = await project.keep()
  await project.write('package-lock.json', LOCK('5.1.5'))
  const expected = [
    {
      input: 'package-lock.json',
      kind: 'file',
      detail: { kind: 'packages', packages: [{ name: 'nanoid', from: '5.1.6', to: '5.1.5' }], count: 1 },
    },
  ]
  expect(await project.since(v1)).toMatchObject(expected)
  const v2 = await project.keep()
  await project.write('package-lock.json', 'gone')
  expect(await project.between(v1, v2)).toMatchObject(expected)
})

test('of many packages the first are named and all are counted; long names are cut', async () => {
  await using project = await shop('FROM node:24\n')
  await project.write('package-lock.json', LOCK('1'))
  const before = await project.keep()
  const more = Object.fromEntries(
    Array.from({ length: 99 }, (_, at) => [`node_modules/${'x'.repeat(500)}${at}`, { version: '1' }]),
  )
  await project.write('package-lock.json', LOCK('2', more))
  const [change] = await project.since(before)
  const { packages = [], count } = change?.detail?.kind === 'packages' ? change.detail : {}
  expect([packages.length, count]).toEqual([20, 100])
  expect(Math.max(...packages.map(({ name }) => name.length))).toBe(120)
})

test('a lockfile of which nothing can be compared is reported as changed', async () => {
  await using project = await shop('FROM node:24\n')
  const change = { input: 'package-lock.json', kind: 'file' }
  const plain = async (before: Planned) => {
    const [found] = await project.since(before)
    expect(found).toMatchObject(change)
    expect(found).not.toHaveProperty('detail')
  }
  await project.write('package-lock.json', LOCK('1'))
  const before = await project.keep()
  await project.write('package-lock.json', '<<<<<<< HEAD')
  await plain(before)
  // The same packages, written otherwise.
  await project.write('package-lock.json', ` ${LOCK('1')}`)
  await plain(before)
  await project.write('package-lock.json', '')
  await truncate(project.at('package-lock.json'), 9 * 1024 * 1024)
  await plain(before)
  await project.write('package-lock.json', LOCK('2'))
  const [, , sha256 = ''] = before.plan.inputs[0] ?? []
  await writeFile(path.join(project.home.blobs, sha256), LOCK('damaged'))
  await plain(before)
  await rm(path.join(project.home.blobs, sha256))
  await plain(before)
})

test('a file that changed since it was planned is not what was planned, and nothing is reported of it', async () => {
  await using project = await shop('FROM node:24\n')
  await project.write('package-lock.json', LOCK('1'))
  const v1 = await project.keep()
  await project.write('package-lock.json', LOCK('2'))
  const v2 = await project.keep()
  const [, , sha256 = ''] = v2.plan.inputs[0] ?? []
  await rename(path.join(project.home.blobs, sha256), project.at('elsewhere'))
  await project.write('package-lock.json', LOCK('3'))
  const [change] = await project.between(v1, v2)
  expect(change).toMatchObject({
    input: 'package-lock.json',
    to: createHash('sha256').update(LOCK('2')).digest('hex'),
  })
  expect(change).not.toHaveProperty('detail')
})

test('a Dockerfile is named by its lines as they stand in the file', async () => {
  await using project = await shop(
    '# first\nFROM node:24 AS unused\nRUN no\n\nFROM node:24\n# one\nRUN one\nRUN two \\\n  && three\nRUN four\n',
  )
  const before = await project.keep()
  const lines = async () => {
    const [change] = await project.since(before)
    return change?.detail?.kind === 'lines'
      ? change.detail.lines.map(({ line, from, to }) => [line, from, to])
      : undefined
  }
  await project.write(
    'Dockerfile',
    '# first\nFROM node:24 AS unused\nRUN other\n\n# more\n\nFROM node:24\nRUN one\nRUN two \\\n  && 3\nRUN five\nRUN six\n',
  )
  expect(await lines()).toEqual([
    [10, '&& three', '&& 3'],
    [11, 'RUN four', 'RUN five'],
    [12, null, 'RUN six'],
  ])
  await project.write('Dockerfile', 'FROM node:24\nRUN two \\\n  && three\nRUN four\n')
  expect(await lines()).toEqual([[null, 'RUN one', null]])
  const after = await project.keep()
  const [change] = await project.between(before, after)
  // Of a version that is kept nobody knows where its comments were.
  expect(change?.detail).toEqual({
    kind: 'lines',
    lines: [{ line: null, from: 'RUN one', to: null }],
    count: 1,
  })
  await project.write('Dockerfile', `FROM node:24\n${'RUN x\n'.repeat(2000)}`)
  expect(await lines()).toBeUndefined()
})

test('an image that moved is described by the versions that were found, once both ran', async () => {
  await using project = await shop('FROM node:24\n')
  const v1 = await project.keep()
  await storeInventory(project.home, v1.id, { tools: { node: '24.1.0', npm: '11.0.0' }, packages: {} })
  await project.pin('2')
  const moved = { input: 'node:24', kind: 'pin' }
  const [unknown] = await project.since(v1)
  expect(unknown).toMatchObject(moved)
  expect(unknown).not.toHaveProperty('detail')
  const v2 = await project.keep()
  await storeInventory(project.home, v2.id, { tools: { node: '24.2.0', npm: '11.0.0' }, packages: {} })
  const detail = { kind: 'moved', from: '24.1.0', to: '24.2.0' }
  expect(await project.since(v1)).toMatchObject([{ ...moved, detail }])
  // What was recorded before it ran.
  const record = (planned: Planned, ordinal: number, because: InputChange[]) => ({
    id: planned.id,
    ordinal,
    because,
    createdAt: '',
    image: '',
    wasReady: true,
    prepared: true,
  })
  const versions = [record(v1, 1, []), record(v2, 2, unknown ? [unknown] : [])]
  expect(await withMovedImages(project.home, { versions }, versions[1] ?? record(v2, 2, []))).toMatchObject([
    { ...moved, detail },
  ])
})

test('where the Dockerfile is another one, too, nobody knows what brought a version', async () => {
  await using project = await shop('FROM node:24\n')
  const v1 = await project.keep()
  await storeInventory(project.home, v1.id, { tools: { node: '24.1.0' }, packages: {} })
  await project.pin('2')
  await project.write('Dockerfile', 'FROM node:24\nRUN n 24.2.0\n')
  const v2 = await project.keep()
  await storeInventory(project.home, v2.id, { tools: { node: '24.2.0' }, packages: {} })
  const pin = (await project.between(v1, v2)).find(({ kind }) => kind === 'pin')
  expect(pin).toMatchObject({ input: 'node:24' })
  expect(pin).not.toHaveProperty('detail')
})

test('where several stages have bases, the versions inside describe none of them', async () => {
  await using project = await shop('FROM node:24 AS one\nFROM node:24\nCOPY --from=one /bin/sh /sh\n')
  const v1 = await project.keep()
  await storeInventory(project.home, v1.id, { tools: { node: '24.1.0' }, packages: {} })
  await project.pin('2')
  const v2 = await project.keep()
  await storeInventory(project.home, v2.id, { tools: { node: '24.2.0' }, packages: {} })
  const [change] = await project.between(v1, v2)
  expect(change).toMatchObject({ input: 'node:24', kind: 'pin' })
  expect(change).not.toHaveProperty('detail')
})

test("a feature's option has the name that a definition writes, before its version is built and ever after", async () => {
  await using project = await shop('FROM node:24\n')
  const images = { 'node:24': { resolved: digest('1') } }
  const define = (installZsh: boolean) =>
    project.write(
      '.devcontainer/devcontainer.json',
      JSON.stringify({
        build: { dockerfile: '../Dockerfile' },
        features: { './tool': { installZsh, other: 'a' } },
      }),
    )
  await project.write(
    '.devcontainer/pristine.lock',
    JSON.stringify({ lockVersion: 1, images, downloads: {} }),
  )
  await project.write('.devcontainer/tool/install.sh', '')
  await project.write(
    '.devcontainer/tool/devcontainer-feature.json',
    JSON.stringify({ id: 'tool', version: '1.0.0', options: { installZsh: { type: 'boolean' } } }),
  )
  await define(true)
  const v1 = await project.keep()
  await define(false)
  const input = 'option installZsh of feature .devcontainer/tool'
  const expected = [{ input, from: 'true', to: 'false', kind: 'setting' }]
  expect(await project.since(v1)).toEqual(expected)
  const v2 = await project.keep()
  expect(await project.between(v1, v2)).toEqual(expected)
})
