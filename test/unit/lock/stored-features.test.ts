import { copyFile, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { updateDevcontainerLock } from '../../../main/lock/devcontainer-lock.ts'
import type { ArchiveEntry } from '../../../main/lock/feature-archive.ts'
import { featureKey, resolvedOf } from '../../../main/lock/feature-pin.ts'
import { storedFeature, storeFeature } from '../../../main/lock/feature-store.ts'
import { readProjectOffline } from '../../../main/lock/read-project-offline.ts'
import { saveLock } from '../../../main/lock/save-lock.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { type Home, openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { EMPTY_LOCK, type FeaturePin } from '../../../shared/lock.ts'
import { authority } from '../../rig/commands.ts'
import { makeMemoryDisk } from '../../rig/small-disk.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

/*
 * Features that are in the data folder and in a lock: nothing is asked for them. What registries are asked is tried in
 * test/engine/registry-features.test.ts.
 */
const LOCK = 'pristine.lock'
const OTHER_LOCK = '.devcontainer-lock.json'
const integrityOf = (digit: string) => `sha256:${digit.repeat(64)}`
const pinOf = (reference: string, digit: string): FeaturePin => ({
  resolved: resolvedOf(reference, integrityOf(digit)) ?? '',
  integrity: integrityOf(digit),
})
const file = (path: string, content: string, executable = false): ArchiveEntry => ({
  path,
  kind: 'file',
  executable,
  content: Buffer.from(content),
})
const tool = (text: string, metadata: object = {}): ArchiveEntry[] => [
  file('devcontainer-feature.json', JSON.stringify({ id: 'tool', ...metadata })),
  file('install.sh', `echo ${text}\n`, true),
]

const recordsOf = async ({ features }: Home) =>
  (await readdir(features)).map((name) => path.join(features, name))

/** A project whose features are stored and pinned, by their reference. */
async function pinned(
  folder: Scratch,
  features: Record<string, { digit: string; entries: ArchiveEntry[] }>,
  lockedBy: 'pristine' | 'other' = 'pristine',
) {
  const home = openHome({ PRISTINE_HOME: folder.at('home') })
  const env = { PRISTINE_HOME: folder.at('home') }
  for (const [reference, { digit, entries }] of Object.entries(features))
    await storeFeature(home, pinOf(reference, digit), entries)
  const written = Object.fromEntries(Object.keys(features).map((reference) => [reference, {}]))
  await folder.write(
    'project/.devcontainer.json',
    JSON.stringify({ image: 'busybox:1.36', features: written }),
  )
  const pins = Object.entries(features).map(([reference, { digit }]) => [reference, pinOf(reference, digit)])
  const resolved = `docker.io/library/busybox@${integrityOf('0')}`
  const lock = {
    lockVersion: 1,
    images: { 'busybox:1.36': { resolved } },
    downloads: {},
    ...(lockedBy === 'pristine' && { features: Object.fromEntries(pins) }),
  }
  await folder.write(`project/${LOCK}`, JSON.stringify(lock))
  if (lockedBy === 'other')
    await folder.write(`project/${OTHER_LOCK}`, JSON.stringify({ features: Object.fromEntries(pins) }))
  const project = await openProject(folder.at('project'))
  const engine = () => Promise.reject(new Error('nobody asks an engine'))
  const plan = async () =>
    (await planProject({ home, env, engine }, project, { frozen: lockedBy === 'pristine' }, silentRun())).plan
      .services[0]?.features ?? []
  return { home, env, project, plan }
}

test('empty folders and links of an archive are part of the version', async () => {
  await using folder = await scratch()
  const entries: ArchiveEntry[] = [
    ...tool('one'),
    { path: 'empty', kind: 'folder' },
    { path: 'lib', kind: 'folder' },
    file('lib/words', 'words'),
    { path: 'link', kind: 'link', target: 'lib/words' },
  ]
  const { plan } = await pinned(folder, { 'r.example/f/tool:1': { digit: 'a', entries } })
  expect(
    (await plan())[0]?.files.map(([name, executable, content]) => [name, executable, content.slice(0, 6)]),
  ).toMatchInlineSnapshot(`
      [
        [
          "devcontainer-feature.json",
          false,
          "efc9aa",
        ],
        [
          "install.sh",
          true,
          "0cb42b",
        ],
        [
          "empty",
          false,
          "dir",
        ],
        [
          "lib/words",
          false,
          "dba36b",
        ],
        [
          "link",
          false,
          "-> lib",
        ],
      ]
    `)
})

test('addresses that differ in upper and lower case are two features; references of registries are one', async () => {
  await using folder = await scratch()
  const address = (name: string) => `https://example.org/${name}/devcontainer-feature-tool.tgz`
  const { plan, project } = await pinned(
    folder,
    {
      [address('A')]: { digit: 'a', entries: tool('one') },
      [address('a')]: { digit: 'b', entries: tool('two') },
      'HTTPS://Example.ORG/b/devcontainer-feature-tool.tgz': { digit: 'c', entries: tool('three') },
      'R.example/F/Tool:1': { digit: 'd', entries: tool('four') },
    },
    'other',
  )
  const found = await plan()
  const contents = new Map(found.map(({ id, files }) => [id, files.at(-1)?.[2]]))
  expect([...contents.keys()].toSorted()).toEqual([
    address('A'),
    address('a'),
    'https://example.org/b/devcontainer-feature-tool.tgz',
    'r.example/f/tool:1',
  ])
  expect(new Set(contents.values()).size).toBe(4)
  // The other tool finds what it wrote.
  const features = Object.fromEntries(
    [...contents.keys()].map((reference, at) => [reference, pinOf(reference, String(at + 1))]),
  )
  await updateDevcontainerLock(project, '.devcontainer.json', { ...EMPTY_LOCK, features }, {})
  const text = await readFile(folder.at(`project/${OTHER_LOCK}`), 'utf8')
  const after = (JSON.parse(text) as { features: Record<string, FeaturePin> }).features
  expect(Object.keys(after).toSorted()).toEqual(
    [
      address('A'),
      address('a'),
      'HTTPS://Example.ORG/b/devcontainer-feature-tool.tgz',
      'R.example/F/Tool:1',
    ].toSorted(),
  )
  for (const [reference, pin] of Object.entries(after)) expect(pin).toEqual(features[featureKey(reference)])
})

test('a renamed feature that is fetched by its former name comes before what names the present one', async () => {
  await using folder = await scratch()
  const renamed = tool('one', { id: 'present', legacyIds: ['zz-former'] })
  const later = tool('two', { id: 'later', installsAfter: ['r.example/f/present'] })
  const { plan } = await pinned(folder, {
    'r.example/f/later:1': { digit: 'a', entries: later },
    'r.example/f/zz-former:1': { digit: 'b', entries: renamed },
  })
  expect((await plan()).map(({ id }) => id)).toEqual(['r.example/f/zz-former:1', 'r.example/f/later:1'])
})

test.each(['pristine', 'other'] as const)(
  'a lock of %s that pins a name to the digest of another feature gets nothing from the store',
  async (by) => {
    await using folder = await scratch()
    const trusted = 'r.example/trusted/tool:1'
    const { env, home, project } = await pinned(
      folder,
      { [trusted]: { digit: 'a', entries: tool('one') } },
      by,
    )
    expect((await readProjectOffline(env, project, {})).features).toHaveProperty([trusted])
    // What is stored of it came from elsewhere.
    for (const record of await recordsOf(home)) await rm(record)
    const address = 'https://example.org/devcontainer-feature-tool.tgz'
    for (const origin of ['r.example/evil/tool:1', address])
      await storeFeature(home, pinOf(origin, 'a'), tool('evil'))
    // As an older Pristine stored it: under its digest alone.
    await copyFile((await recordsOf(home))[0] ?? '', path.join(home.features, `${'a'.repeat(64)}.json`))
    await expect(readProjectOffline(env, project, {})).rejects.toMatchObject({
      code: 'features-unread',
      data: { features: [{ reference: trusted }] },
    })
  },
)

test('a feature that is used again is kept as one that was just fetched', async () => {
  await using folder = await scratch()
  const { home, env, project } = await pinned(folder, {
    'r.example/f/tool:1': { digit: 'a', entries: tool('one') },
  })
  const [record = ''] = await recordsOf(home)
  const before = Date.now() / 1000 - 100_000
  await utimes(record, before, before)
  await readProjectOffline(env, project, {})
  expect(Date.now() - (await stat(record)).mtimeMs).toBeLessThan(60_000)
  expect(await storedFeature(home, pinOf('r.example/f/tool:1', 'b'))).toBeUndefined()
})

test('the lock that counts first is written first', async () => {
  await using folder = await scratch()
  const reference = 'r.example/f/tool:1'
  const { home, project } = await pinned(
    folder,
    { [reference]: { digit: 'a', entries: tool('one') } },
    'other',
  )
  const next = { ...EMPTY_LOCK, features: { [reference]: pinOf(reference, 'b') } }
  // As if the process ended between the two.
  const files = {
    definitionFile: '.devcontainer.json',
    file: 'gone/pristine.lock',
    now: undefined,
    other: { [reference]: pinOf(reference, 'a') },
    written: {},
  }
  await expect(saveLock(home, project, files, next)).rejects.toMatchObject({ code: 'storage-failed' })
  expect(await readFile(folder.at(`project/${OTHER_LOCK}`), 'utf8')).toContain(integrityOf('b'))
})

test('a lock of other tools that something else changed meanwhile is left as it is', async () => {
  await using folder = await scratch()
  const reference = 'r.example/f/tool:1'
  const feature = { [reference]: { digit: 'a', entries: tool('one') } }
  const { home, project, env } = await pinned(folder, feature, 'other')
  const engine = () => Promise.reject(new Error('nobody asks an engine'))
  const { lock } = await planProject({ home, env, engine }, project, { frozen: false }, silentRun())
  const before = await readFile(folder.at('project/pristine.lock'), 'utf8')
  const pulled = JSON.stringify({ features: { [reference]: pinOf(reference, 'b') } })
  await folder.write(`project/${OTHER_LOCK}`, pulled)
  const saved = saveLock(home, project, { definitionFile: '.devcontainer.json', ...lock }, lock.next)
  await expect(saved).rejects.toMatchObject({
    code: 'lock-outdated',
    data: { file: OTHER_LOCK, reference, problem: 'changed' },
  })
  expect(await readFile(folder.at(`project/${OTHER_LOCK}`), 'utf8')).toBe(pulled)
  expect(await readFile(folder.at('project/pristine.lock'), 'utf8')).toBe(before)
})

const cannotMount = process.platform !== 'linux' || authority() === 'none'

test.skipIf(cannotMount)(
  `${cannotMount ? 'skipped, because nothing can be mounted here: ' : ''}a feature is found in a data folder that cannot be written`,
  async () => {
    await using there = await scratch({})
    const home = openHome({ PRISTINE_HOME: there.at('home') })
    await using disk = await makeMemoryDisk(there.at('home'), 1024)
    const origin = pinOf('r.example/f/tool:1', 'a')
    await storeFeature(home, origin, tool('one'))
    const longAgo = new Date(Date.now() - 172_800_000)
    for (const record of await recordsOf(home)) await utimes(record, longAgo, longAgo)
    await disk.protect()
    expect((await storedFeature(home, origin))?.metadata).toBe('{"id":"tool"}')
  },
)

test('a new pin stands in the lock of other tools as the definition writes its feature', async () => {
  await using folder = await scratch()
  const features = {
    'R.example/F/Tool:1': { digit: 'a', entries: tool('one') },
    'HTTPS://Example.org/devcontainer-feature-tool.tgz': { digit: 'b', entries: tool('two') },
  }
  const { project, home, env } = await pinned(folder, features, 'other')
  const engine = () => Promise.reject(new Error('nobody asks an engine'))
  const { lock } = await planProject({ home, env, engine }, project, { frozen: false }, silentRun())
  await folder.write(`project/${OTHER_LOCK}`, '')
  const files = { definitionFile: '.devcontainer.json', ...lock, other: {} }
  await saveLock(home, project, files, lock.next)
  const text = await readFile(folder.at(`project/${OTHER_LOCK}`), 'utf8')
  const written = Object.keys((JSON.parse(text) as { features: object }).features)
  expect(written.toSorted()).toEqual(Object.keys(features).toSorted())
})
