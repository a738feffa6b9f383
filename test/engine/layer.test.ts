import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { LayerState } from '../../shared/layer.ts'
import { publishFeature } from '../rig/publish-feature.ts'
import { halves } from '../sample.ts'
import { finish, pristine, start } from './command.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

/* A person's own layer. How it is read and merged is tried in test/unit/layer. */
const REGISTRY = process.env['PRISTINE_RIG_REGISTRY'] ?? ''
// In a sample, one of these.
const [testEven] = halves(test)
const [, testOdd] = halves(test.skipIf(REGISTRY === ''))
const definition = (more: object = {}) =>
  devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { WHO: 'team' }, ...more })
const out = async (project: TestProject, command: string) => (await project.exec(command)).stdout.trim()
const set = async (project: TestProject, layer: object, ...more: string[]) => {
  const child = start(project, ['settings', 'layer', 'set', '-', '--json', ...more])
  const { code, stdout } = await finish(child, JSON.stringify(layer))
  return { code, ...(JSON.parse(stdout) as { layer: LayerState; error?: { code: string; message: string } }) }
}

testEven('a layer makes a version beside the shared one, which stays what it is', async () => {
  await using project = await testProject(definition({ postCreateCommand: 'echo theirs >/order' }))
  const shared = (await project.up()).version
  expect(shared).not.toHaveProperty('layer')
  const lock = path.join(project.folder, '.devcontainer/pristine.lock')
  const locked = await readFile(lock, 'utf8')

  expect(await set(project, { image: 'debian' })).toMatchObject({
    code: 2,
    error: { code: 'layer-invalid', message: 'standard input:1:2 cannot be used as your layer.' },
  })
  expect(await pristine(project, 'settings', 'layer', 'clear')).toMatchObject({ code: 2 })
  const layer = {
    containerEnv: { WHO: 'me' },
    mounts: ['type=volume,source=history,target=/history'],
    onCreateCommand: 'touch /baked',
    postCreateCommand: 'echo mine >>/order',
  }
  expect(await set(project, layer)).toMatchObject({ code: 0, layer: { used: 'all', project: null } })
  expect(await project.status()).toMatchObject({
    version: { id: shared.id },
    wanted: { layer: true },
    because: [{ input: 'your layer' }, { input: 'containerEnv.WHO' }, {}, {}, {}],
  })
  const layered = await project.up()
  expect(layered).toMatchObject({ action: 'built', version: { ordinal: 2, layer: true } })
  expect(await out(project, 'echo $WHO; cat /order; ls -d /baked /history')).toBe(
    'me\ntheirs\nmine\n/baked\n/history',
  )
  expect(await readFile(lock, 'utf8')).toBe(locked)
  expect(await project.versions()).toMatchObject([{ layerOn: shared.id }, { id: shared.id }])
  expect((await project.versions())[1]).not.toHaveProperty('layerOn')

  // What others have is what these speak of.
  expect(await project.engine.planUp(project.folder, { frozen: true }, project.run())).toMatchObject({
    version: { id: shared.id },
  })
  const verified = await pristine(project, 'verify', '--json')
  expect(JSON.parse(verified.stdout)).toMatchObject({ id: shared.id, environment: true, layer: true })
  expect(await pristine(project, 'run', '--', 'sh', '-c', 'echo $WHO; ls /baked')).toMatchObject({
    code: 1,
    stdout: 'team\n',
  })

  // A folder of this computer is granted for each project, although the person wrote the layer.
  const folder = path.join(path.dirname(project.folder), 'mine')
  await mkdir(folder)
  await set(project, { mounts: [`type=bind,source=${folder},target=/mine`] }, '--project')
  await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
  expect((await project.trust()).ofLayer).toMatchObject([{ kind: 'folder', target: '/mine' }])
  const shown = await pristine(project, 'trust', '--show')
  expect(shown.stdout).toMatch(/asked .*\/mine at \/mine \(write\) \(by your layer\)\n/)
  expect(await out(project, 'echo $WHO')).toBe('me')
  // What is granted to a layer is not granted to a definition that is given the same later.
  const { fingerprint } = await project.trust()
  await project.engine.grantTrust(project.folder, fingerprint, undefined, project.run())
  expect(await project.trust()).toMatchObject({ granted: true })
  expect(await pristine(project, 'settings', 'layer', 'clear', '--project')).toMatchObject({ code: 0 })
  const file = path.join(project.folder, '.devcontainer/devcontainer.json')
  const written = await readFile(file, 'utf8')
  const mounts = [`type=bind,source=${folder},target=/mine`]
  await writeFile(file, JSON.stringify({ ...(JSON.parse(written) as object), mounts }))
  await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
  await writeFile(file, written)
  expect(await project.up()).toMatchObject({ action: 'none' })

  expect(await pristine(project, 'settings', 'layer', 'off')).toMatchObject({
    code: 0,
    stdout:
      'The next "pristine up" runs this project without your layer: it is off ("pristine settings layer on").\n',
  })
  expect(await project.up()).toMatchObject({ action: 'recreated', version: { id: shared.id } })
  expect(await project.reset('v2')).toMatchObject({ version: { id: layered.version.id, layer: true } })
  expect(await out(project, 'echo $WHO')).toBe('me')

  // Its image is there and not in the history: that of another clone, or of a command that was killed.
  await pristine(project, 'settings', 'layer', 'on')
  const home = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key())
  const ledger = path.join(home, 'ledger.jsonl')
  const isOther = (line: string) => !line.includes('"built"') || !line.includes('"layerOn"')
  await writeFile(ledger, (await readFile(ledger, 'utf8')).split('\n').filter(isOther).join('\n'))
  expect((await project.versions()).map(({ id }) => id)).toEqual([shared.id])
  expect((await project.up()).action).not.toBe('built')
  expect(await project.versions()).toMatchObject([{ layerOn: shared.id }, { id: shared.id }])
  await rm(ledger)
  expect(await project.versions()).toMatchObject([{ layerOn: shared.id }, { id: shared.id }])
})

testOdd("a layer's features are pinned in the data folder", async () => {
  const own = `layer-${randomBytes(4).toString('hex')}`
  const reference = `${REGISTRY}/${own}/tool:1`
  const tool = (version: string) => ({
    metadata: { id: 'tool', version },
    files: { 'install.sh': `#!/bin/sh\necho ${version} >/tool\n` },
  })
  await publishFeature(REGISTRY, `${own}/tool`, tool('1.0.0'))
  await using project = await testProject(definition())
  await set(project, { features: { [reference]: {} } })
  expect(await project.status()).toMatchObject({ wanted: null })
  expect(JSON.stringify(project.events)).toContain('Your layer uses features that were not fetched yet')
  const { stdout } = await pristine(project, 'status')
  expect(stdout).toContain('what the definition wants is not known before "pristine up" does both')
  expect(await project.up()).toMatchObject({ version: { layer: true }, lock: { added: ['busybox:1.36'] } })
  expect(await out(project, 'cat /tool')).toBe('1.0.0')
  const files = await readdir(path.join(project.folder, '.devcontainer'))
  expect(files.toSorted()).toEqual(['devcontainer.json', 'pristine.lock'])
  expect(await readFile(path.join(project.folder, '.devcontainer/pristine.lock'), 'utf8')).not.toContain(own)

  await publishFeature(REGISTRY, `${own}/tool`, tool('1.1.0'))
  await set(project, { features: { [reference]: {} } })
  expect((await project.up()).action).toBe('none')
  await set(project, {})
  await set(project, { features: { [reference]: {} } })
  expect((await project.up()).because).toMatchObject([{ input: `feature ${reference}`, to: '1.1.0' }])
  expect(await out(project, 'cat /tool')).toBe('1.1.0')
})
