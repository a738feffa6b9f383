// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { publish } from '../rig/publish.ts'
import { finish, start } from './command.ts'
import { docker } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

const LOCK = '.devcontainer/pristine.lock'

test("what an image's label gives of this computer to the hooks of the definition is part of the version", async () => {
  const reference = `image-gives-${process.pid}:1`
  const label = JSON.stringify({ remoteEnv: { WHO: '${localEnv:WHO}' } })
  await publish(reference, `FROM busybox:1.36\nLABEL devcontainer.metadata='${label}'\n`)
  const hook = { onCreateCommand: 'echo $WHO > /who', userEnvProbe: 'none' }
  await using project = await testProject(devcontainer({ image: reference, ...hook }), {
    env: { WHO: 'alice' },
  })
  await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
  await project.grant()
  await project.up()
  expect((await project.exec('cat /who')).stdout).toBe('alice\n')
  project.env['WHO'] = 'bob'
  const second = await project.up({ frozen: true })
  expect(second).toMatchObject({ action: 'built', because: [{ input: '${localEnv:WHO} on this computer' }] })
  expect((await project.exec('cat /who')).stdout).toBe('bob\n')

  // The same of a Dockerfile's own label; without such a hook it decides nothing.
  const own = (json: object) => devcontainer({ build: { dockerfile: 'Dockerfile' }, ...json })
  await project.write({
    ...own(hook),
    '.devcontainer/Dockerfile': `FROM busybox:1.36\nLABEL devcontainer.metadata='{"remoteEnv":{"WHO":"\${localEnv:WHO}"}}'\n`,
  })
  const ids = async () => {
    const found: string[] = []
    for (const who of ['alice', 'bob']) {
      project.env['WHO'] = who
      found.push((await project.plan()).version.id)
    }
    return new Set(found).size
  }
  expect(await ids()).toBe(2)
  await project.write(own({ postStartCommand: 'true' }))
  expect(await ids()).toBe(1)
})

test("what an image's label gives only to the hooks of a layer is not written into the repository's lock", async () => {
  const reference = `image-gives-layer-${process.pid}:1`
  const label = JSON.stringify({ remoteEnv: { WHO: '${localEnv:WHO}' } })
  await publish(reference, `FROM busybox:1.36\nLABEL devcontainer.metadata='${label}'\n`)
  await using project = await testProject(devcontainer({ image: reference, userEnvProbe: 'none' }), {
    env: { WHO: 'alice' },
  })
  await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
  await project.grant()
  const shared = (await project.up()).version
  const sharedId = async () =>
    (await project.engine.planUp(project.folder, { frozen: true }, project.run())).version.id
  const lock = path.join(project.folder, LOCK)
  const locked = await readFile(lock, 'utf8')

  const layer = start(project, ['settings', 'layer', 'set', '-'])
  expect(await finish(layer, JSON.stringify({ onCreateCommand: 'echo $WHO >/who' }))).toMatchObject({
    code: 0,
  })
  await project.grant()
  const layered = await project.up()
  expect((await project.exec('cat /who')).stdout).toBe('alice\n')
  expect(await readFile(lock, 'utf8')).toBe(locked)
  expect(project.events).toContainEqual({
    kind: 'note',
    text: `your layer: ${reference} gives hooks what differs by computer (its label devcontainer.metadata)`,
  })
  expect(await project.up()).toMatchObject({ action: 'none', version: { id: layered.version.id } })
  expect(await sharedId()).toBe(shared.id)

  // It is part of the version with the layer, and of no other.
  project.env['WHO'] = 'bob'
  expect(await sharedId()).toBe(shared.id)
  const because = [{ input: '${localEnv:WHO} on this computer' }]
  expect(await project.up()).toMatchObject({ action: 'built', because })
  expect((await project.exec('cat /who')).stdout).toBe('bob\n')
  expect(await readFile(lock, 'utf8')).toBe(locked)

  // A definition that needs it, too, has it in the lock, although the layer's version is what finds it.
  const hook = { onCreateCommand: 'true', userEnvProbe: 'none' }
  await project.write(devcontainer({ image: reference, ...hook }))
  await project.grant()
  await project.up()
  expect(JSON.parse(await readFile(lock, 'utf8')).images[reference].metadata).toEqual([JSON.parse(label)])
})

test('hooks that an image brings by its label are part of the version: the files they name, and what they are baked for', async () => {
  const reference = `image-hooks-${process.pid}:1`
  const hook =
    'echo image >> /order && sh tools/setup.sh > /made && echo ${containerWorkspaceFolder} > /where'
  const label = JSON.stringify([{ id: 'x' }, { onCreateCommand: hook, customizations: { pristine: {} } }])
  await publish(reference, `FROM busybox:1.36\nLABEL devcontainer.metadata='${label}'\n`)
  const own = { onCreateCommand: 'echo own >> /order', userEnvProbe: 'none' }
  await using project = await testProject({
    ...devcontainer({ image: reference, ...own }),
    'tools/setup.sh': 'echo one\n',
  })
  const read = async () => JSON.parse(await readFile(path.join(project.folder, LOCK), 'utf8'))
  const first = await project.up()
  expect((await read()).images[reference].metadata).toEqual([{ onCreateCommand: hook }])
  expect(project.events).toContainEqual({
    kind: 'note',
    text: `pristine.lock: ${reference} brings onCreateCommand (its label devcontainer.metadata)`,
  })
  expect((await project.exec('cat /order /made /where')).stdout).toBe(
    'image\nown\none\n/workspaces/project\n',
  )
  expect((await project.up({ frozen: true })).action).toBe('none')

  await project.write({ 'tools/setup.sh': 'echo two\n' })
  const second = await project.up({ frozen: true })
  expect(second).toMatchObject({ action: 'built', because: [{ input: 'tools/setup.sh' }] })
  expect((await project.exec('cat /made')).stdout).toBe('two\n')
  // A version whose image is gone is built again, and its hooks find what they found.
  await docker()
    .getImage((await project.versions()).find(({ ordinal }) => ordinal === 1)?.image ?? '')
    .remove({ force: true })
  expect((await project.reset('v1')).version.id).toBe(first.version.id)
  expect((await project.exec('cat /made')).stdout).toBe('one\n')

  // A lock that hides them is refused before anything is built, and `lock` mends it.
  const whole = await read()
  const { resolved } = whole.images[reference]
  await project.write({ [LOCK]: JSON.stringify({ ...whole, images: { [reference]: { resolved } } }) })
  await expect(project.up({ frozen: true })).rejects.toMatchObject({ code: 'triggers-unread', exit: 3 })
  await project.engine.lock(project.folder, {}, project.run())
  expect(await read()).toEqual(whole)
  expect((await project.up({ frozen: true })).version.id).toBe(second.version.id)

  // What a Dockerfile says itself takes the place of the image's, unless only the builder knows it.
  const built = (text: string) => ({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, ...own }),
    '.devcontainer/Dockerfile': `FROM ${reference}\nENV WHAT=x\n${text}\n`,
  })
  await project.write(
    built(`LABEL devcontainer.metadata='{"updateContentCommand":"cat tools/setup.sh > /made"}'`),
  )
  await project.up()
  await project.write({ 'tools/setup.sh': 'echo three\n' })
  expect(await project.up()).toMatchObject({ because: [{ input: 'tools/setup.sh' }] })
  expect((await project.exec('cat /order /made')).stdout).toBe('own\necho three\n')
  await project.write(built(`LABEL devcontainer.metadata='{"updateContentCommand":"echo '"$PATH"'"}'`))
  await expect(project.up()).rejects.toMatchObject({ code: 'definition-unsupported' })
  expect((await project.exec('cat /order')).stdout).toBe('own\n')
})
