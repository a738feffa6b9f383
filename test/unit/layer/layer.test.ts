import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ArchiveEntry } from '../../../main/lock/feature-archive.ts'
import { storeFeature } from '../../../main/lock/feature-store.ts'
import { addLayerPins } from '../../../main/lock/layer-pins.ts'
import { readProjectOffline } from '../../../main/lock/read-project-offline.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { comparePlans } from '../../../main/plan/compare-plans.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { loadPlan, storePlan } from '../../../main/plan/plan-store.ts'
import { openHome } from '../../../main/store/home.ts'
import {
  forgetLayer,
  inheritLayer,
  layerFile,
  readLayers,
  removeLayer,
  setLayerUse,
  writeLayer,
} from '../../../main/store/layers.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { setLayer } from '../../../main/verbs/layer.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import { scratch } from '../inputs/scratch.ts'

const IMAGE = 'docker.io/library/busybox@sha256:'.concat('0'.repeat(64))
const LOCK = { lockVersion: 1, images: { 'busybox:1.36': { resolved: IMAGE } }, downloads: {} }
const DEFINITION = { image: 'busybox:1.36', containerEnv: { A: 'definition', B: 'definition' } }

async function shop(definition: object = DEFINITION, lock: object = LOCK) {
  const folder = await scratch({
    'shop/.devcontainer.json': JSON.stringify(definition),
    'shop/pristine.lock': JSON.stringify(lock),
  })
  const env = { PRISTINE_HOME: folder.at('home') }
  const home = openHome(env)
  const project = await openProject(folder.at('shop'))
  const engine = () => Promise.reject(new Error('nobody asks an engine'))
  const plan = (options: { frozen?: boolean; shared?: boolean } = {}) =>
    planProject({ home, env, engine }, project, { frozen: false, ...options }, silentRun())
  const set = (layer: object | string, scope: 'all' | 'project' = 'all') =>
    writeLayer(
      home,
      scope === 'all' ? 'all' : project.key,
      typeof layer === 'string' ? layer : JSON.stringify(layer),
    )
  const read = () => readProjectOffline(env, project, {})
  return { folder, env, home, project, plan, set, read, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] }
}

const LAYER = {
  containerEnv: { B: 'layer', C: 'layer' },
  remoteEnv: { EDITOR: 'vim' },
  mounts: ['type=volume,source=history,target=/history'],
  postCreateCommand: 'echo mine',
}

test('of several services the layer is for the one in which a person works', async () => {
  await using project = await shop({ dockerComposeFile: 'compose.yaml', service: 'web' })
  const services = 'web: {image: "busybox:1.36", volumes: [".:/work"]}, db: {image: "busybox:1.36"}'
  await project.folder.write('shop/compose.yaml', `services: {${services}}`)
  const before = await project.plan()
  await project.set(LAYER)
  const { plan } = await project.plan()
  expect(plan.layer).toEqual({ shared: before.id })
  expect(plan.services[0]?.run).toMatchObject({
    remoteEnv: { EDITOR: 'vim' },
    mounts: [{ target: '/history' }],
  })
  expect(plan.services[1]).toEqual(before.plan.services[1])
  await project.set({ mounts: ['type=volume,source=x,target=/work'] })
  await expect(project.plan()).rejects.toMatchObject({ code: 'layer-conflict', data: { target: '/work' } })
})

test('a version with a layer is another one, and names the shared one', async () => {
  await using project = await shop({ ...DEFINITION, postCreateCommand: 'echo theirs' })
  const before = await project.plan()
  expect(before.plan).not.toHaveProperty('layer')
  await project.set(LAYER)
  const shared = await project.plan({ shared: true })
  expect(shared).toMatchObject({ id: before.id, plan: before.plan })
  const layered = await project.plan()
  expect(layered.id).not.toBe(before.id)
  expect(layered.plan.layer).toEqual({ shared: before.id })
  expect(layered.plan.services[0]?.run).toMatchObject({
    containerEnv: { A: 'definition', B: 'layer', C: 'layer' },
    remoteEnv: { EDITOR: 'vim' },
    mounts: [{ kind: 'volume', source: 'history', target: '/history' }],
    hooks: { postCreateCommand: 'echo theirs' },
    layerHooks: { postCreateCommand: 'echo mine' },
  })
  expect(layered.services[0]?.merged.hooks.postCreateCommand).toEqual(['echo theirs', 'echo mine'])
  expect(layered.lock).toEqual(before.lock)
  expect(comparePlans(before.plan, layered.plan).map(({ input }) => input)).toEqual([
    'your layer',
    'containerEnv.B',
    'containerEnv.C',
    'mounts./history',
    'postCreateCommand of your layer',
    'remoteEnv.EDITOR',
  ])
  await storePlan(project.home, layered.id, layered.plan)
  expect(await loadPlan(project.home, layered.id)).toEqual(layered.plan)
})

test('an empty layer is none, and takes the place of the one for all', async () => {
  await using project = await shop()
  const { id } = await project.plan()
  await project.set('{ "features": {}, "mounts": [], "containerEnv": {} }')
  expect(await project.plan()).toMatchObject({
    id,
    plan: expect.not.objectContaining({ layer: expect.anything() }),
  })
  await project.set({ containerEnv: { ALL: '1' } })
  expect((await project.plan()).id).not.toBe(id)
  await project.set('{}', 'project')
  expect((await project.plan()).id).toBe(id)
})

test("a project's own layer is used instead of the one for all, and off uses none", async () => {
  await using project = await shop()
  const { id } = await project.plan()
  await project.set({ containerEnv: { ALL: '1' } })
  await project.set({ containerEnv: { OWN: '1' } }, 'project')
  const variables = async () => (await project.plan()).plan.services[0]?.run.containerEnv
  expect(await variables()).toEqual({ ...DEFINITION.containerEnv, OWN: '1' })
  await setLayerUse(project.home, project.project.key, false)
  expect((await project.plan()).id).toBe(id)
  // It may have a mistake that keeps it from being used.
  await project.set('{', 'project')
  expect((await project.plan()).id).toBe(id)
  await setLayerUse(project.home, project.project.key, true)
  await expect(project.plan()).rejects.toMatchObject({ code: 'layer-invalid' })
})

test('a build server, which freezes the lock, runs what the repository defines', async () => {
  await using project = await shop()
  const { id } = await project.plan()
  await project.set(LAYER)
  expect((await project.plan({ frozen: true })).id).toBe(id)
  expect((await project.plan({ frozen: true, shared: false })).id).not.toBe(id)
})

test('a bare Dockerfile gets a layer, too', async () => {
  await using folder = await scratch({ 'shop/Dockerfile': 'FROM scratch\n' })
  const env = { PRISTINE_HOME: folder.at('home') }
  const home = openHome(env)
  const project = await openProject(folder.at('shop'))
  await writeLayer(home, 'all', JSON.stringify(LAYER))
  const { definition, shared } = await readProjectOffline(env, project, {})
  expect(definition.services[0]?.run.containerEnv).toEqual(LAYER.containerEnv)
  expect(shared?.definition.services[0]?.run.containerEnv).toEqual({})
})

test.each([
  ['{ "containerEnv": { "A": 1 } }', 1, 21, '"containerEnv.A" must be a string, not a number'],
  ['{\n  "containerEnv": {}\n  "mounts": []\n}', 3, 3, 'expected "," between the entries'],
  ['{\n  "image": "debian"\n}', 2, 3, '"image" cannot be in a layer'],
  ['{\n  // mine\n  "initializeCommand": "id"\n}', 3, 3, '"initializeCommand" cannot be in a layer'],
  ['{ "features": { "./tool": {} } }', 1, 17, '"./tool" is a folder'],
  ['{ "features": { "r.example/f/x:1": false } }', 1, 17, 'leave out what is not wanted'],
  ['{ "features": { "git": {} } }', 1, 17, 'short names of features are gone'],
  ['{ "mounts": ["type=bind,target=/x"] }', 1, 14, 'a bind mount needs a source'],
  ['{ "mounts": ["source=x,target=/x,volume-driver=y"] }', 1, 14, 'not silently ignore'],
  [`{ "containerEnv": { "A": "\${containerEnv:PATH}" } }`, 1, 21, 'use "remoteEnv" for it'],
  ['[]', 1, 1, 'expected an object'],
  ['{ "mounts": {} }', 1, 3, '"mounts" must be a list, not an object'],
])('a layer that cannot be used says where: %s', async (text, line, column, problem) => {
  await using project = await shop()
  await project.set(text)
  const file = layerFile(project.home, 'all')
  await expect(project.read()).rejects.toMatchObject({
    code: 'layer-invalid',
    message: `${file}:${line}:${column} cannot be used as your layer.`,
    why: expect.stringContaining(problem),
    hint: expect.stringContaining('pristine settings layer edit'),
  })
})

test('a layer that is larger than any person writes is refused', async () => {
  await using project = await shop()
  await project.set(`{}${' '.repeat(65 * 1024)}`)
  await expect(project.read()).rejects.toMatchObject({
    code: 'layer-invalid',
    why: 'it is longer than 64 KiB',
  })
})

test.each([
  ['a mount of the definition', { mounts: ['type=tmpfs,target=/cache/'] }, '/cache'],
  ['the workspace', {}, `\${containerWorkspaceFolder}`],
])('a layer replaces no mount: %s', async (_, more, target) => {
  await using project = await shop({ ...DEFINITION, ...more })
  await project.set(`{\n  "mounts": ["type=tmpfs,target=/other", "type=tmpfs,target=${target}"]\n}`)
  await expect(project.read()).rejects.toMatchObject({
    code: 'layer-conflict',
    data: { line: 2, column: 42, target: target.startsWith('$') ? '/workspaces/shop' : target },
    hint: expect.stringContaining('pristine settings layer off'),
  })
})

const integrityOf = (digit: string) => `sha256:${digit.repeat(64)}`
const tool = (id: string, metadata: object = {}): ArchiveEntry[] => [
  {
    path: 'devcontainer-feature.json',
    kind: 'file',
    executable: false,
    content: Buffer.from(JSON.stringify({ id, ...metadata })),
  },
  { path: 'install.sh', kind: 'file', executable: true, content: Buffer.from(`echo ${id}\n`) },
]
const pinOf = (reference: string, digit: string) => ({
  resolved: `${reference.split(':')[0]}@${integrityOf(digit)}`,
  integrity: integrityOf(digit),
})

test("a layer's features are installed last, by pins that are not the repository's", async () => {
  const theirs = 'r.example/f/tool:1'
  const lock = { ...LOCK, features: { [theirs]: pinOf(theirs, 'a') } }
  await using project = await shop({ ...DEFINITION, features: { [theirs]: {} } }, lock)
  const { home } = project
  await storeFeature(home, pinOf(theirs, 'a'), tool('tool'))
  await project.set({ features: { 'r.example/f/tool:2': {}, 'r.example/f/editor:1': {} } })
  await expect(project.read()).rejects.toMatchObject({
    code: 'features-unread',
    data: {
      layer: true,
      features: [{ reference: 'r.example/f/tool:2' }, { reference: 'r.example/f/editor:1' }],
    },
    hint: 'Run "pristine up", which fetches them.',
  })
  await storeFeature(home, pinOf('r.example/f/tool:2', 'b'), tool('tool'))
  await storeFeature(
    home,
    pinOf('r.example/f/editor:1', 'c'),
    tool('editor', { mounts: ['source=x,target=/x'] }),
  )
  await addLayerPins(home, 'all', {
    'r.example/f/tool:2': pinOf('r.example/f/tool:2', 'b'),
    'r.example/f/editor:1': pinOf('r.example/f/editor:1', 'c'),
  })
  const layered = await project.plan()
  expect(layered.plan.services[0]?.features?.map(({ id }) => id)).toEqual([theirs, 'r.example/f/editor:1'])
  expect(layered.warnings.map(({ message }) => message)).toContain(
    'The feature r.example/f/tool:2 of your layer is left out: the definition has it, too.',
  )
  expect(Object.keys(layered.lock.next.features ?? {})).toEqual([theirs])
  expect(layered.plan.layer).toEqual({ shared: (await project.plan({ shared: true })).id })
  // Pins stay until their feature is taken out.
  const save = (text: string) =>
    setLayer({ home }, project.project, { scope: 'all', text, file: 'x' }).then(() => project.read())
  const editor = '{ "features": { "R.example/f/editor:1": {} } }'
  await save(`// mine\n${editor}`)
  await save(editor)
  await save('{}')
  await expect(save(editor)).rejects.toMatchObject({ code: 'features-unread' })
})

test('a dependency that the definition has too is named as one, with what differs', async () => {
  const [theirs, mine] = ['r.example/f/tool:1', 'r.example/f/editor:1']
  const options = { options: { mode: { type: 'string', default: 'a' } } }
  const lock = { ...LOCK, features: { [theirs]: pinOf(theirs, 'a') } }
  await using project = await shop({ ...DEFINITION, features: { [theirs]: {} } }, lock)
  const { home } = project
  await storeFeature(home, pinOf(theirs, 'a'), tool('tool', options))
  for (const [digit, mode, differs] of [
    ['b', 'a', ''],
    ['c', 'b', ', with other options, which count'],
  ] as const) {
    await project.set({ features: { [mine]: {} } })
    await storeFeature(home, pinOf(mine, digit), tool('editor', { dependsOn: { [theirs]: { mode } } }))
    await addLayerPins(home, 'all', { [theirs]: pinOf(theirs, 'a'), [mine]: pinOf(mine, digit) })
    const { definition } = await project.read()
    expect(definition.services[0]?.features?.map(({ id }) => id)).toEqual([theirs, mine])
    expect(definition.warnings.map(({ message }) => message)).toContain(
      `${theirs}, which a feature of your layer needs, is left out: the definition has it, too${differs}.`,
    )
  }
})

test('a feature of a layer needs a user that is the same everywhere, and the layer says so', async () => {
  const mine = 'r.example/f/editor:1'
  await using project = await shop({ ...DEFINITION, remoteUser: `\${localEnv:USER}` })
  await storeFeature(project.home, pinOf(mine, 'a'), tool('editor'))
  await project.set(LAYER)
  await project.read()
  await project.set({ features: { [mine]: {} } })
  await addLayerPins(project.home, 'all', { [mine]: pinOf(mine, 'a') })
  await expect(project.read()).rejects.toMatchObject({
    code: 'layer-invalid',
    data: { line: 1, column: 2 },
    why: expect.stringContaining(`.devcontainer.json names one with \${localEnv:USER}`),
    hint: expect.stringContaining('pristine settings layer off'),
  })
})

test('a layer that cannot be read is reported', async () => {
  await using project = await shop()
  await project.folder.write('home/layers/all.jsonc/x', '')
  await expect(project.read()).rejects.toMatchObject({
    code: 'layer-invalid',
    why: expect.stringContaining('EISDIR'),
  })
})

test('a layer in another encoding is reported', async () => {
  await using project = await shop()
  await project.set('{}')
  await writeFile(
    layerFile(project.home, 'all'),
    Buffer.from('{ "containerEnv": { "A": "\xe4" } }', 'latin1'),
  )
  await expect(project.read()).rejects.toMatchObject({
    code: 'layer-invalid',
    why: 'it cannot be read: it is not UTF-8',
  })
})

test('a layer that cannot be removed is reported', async () => {
  await using project = await shop()
  await project.folder.write('home/layers/all.jsonc/x', '')
  await expect(removeLayer(project.home, 'all')).rejects.toMatchObject({ code: 'storage-failed' })
})

test("a fork gets the project's own layer, and takes it away", async () => {
  await using project = await shop()
  const { home } = project
  const { key } = project.project
  const fork = `fork-${'0'.repeat(32)}` as ProjectKey
  await inheritLayer(home, key, fork)
  expect(await readLayers(home, fork)).toMatchObject({ project: null, off: false })
  await project.set(LAYER, 'project')
  await setLayerUse(home, key, false)
  await inheritLayer(home, key, fork)
  expect(await readLayers(home, fork)).toMatchObject({ project: { text: JSON.stringify(LAYER) }, off: true })
  await forgetLayer(home, fork)
  expect(await readLayers(home, fork)).toMatchObject({ project: null, off: false })
  expect(await readLayers(home, key)).toMatchObject({ off: true })
})

test('a layer is kept as it was written', async () => {
  await using project = await shop()
  const text = '{\n  // mine\n  "$schema": "x", "remoteEnv": { "EDITOR": "vim", },\n}\n'
  await project.set(text)
  expect(await readFile(path.join(project.home.layers, 'all.jsonc'), 'utf8')).toBe(text)
  expect((await project.read()).shared).toBeDefined()
})
