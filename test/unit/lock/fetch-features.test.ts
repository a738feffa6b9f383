import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterEach, expect, test } from 'vitest'
import { runInitializeCommand } from '../../../main/environment/run-initialize-command.ts'
import { openHost } from '../../../main/host/host.ts'
import { addLayerPins } from '../../../main/lock/layer-pins.ts'
import { readProjectOnline } from '../../../main/lock/read-project-online.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { writeLayer } from '../../../main/store/layers.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { readTrust, recordClone, writeTrust } from '../../../main/trust/trust-record.ts'
import { checkLock, lock } from '../../../main/verbs/lock.ts'
import { secretsToAskFor } from '../../../main/verbs/secrets.ts'
import { revokeTrust, showTrust } from '../../../main/verbs/trust.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

/* What asks registries for features before anything is granted. What registries answer is tried in test/engine. */
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A project with a feature of a registry that answers so. */
async function projectOf(folder: Scratch, listener: RequestListener) {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reference = `127.0.0.1:${(server.address() as AddressInfo).port}/f/tool:1`
  const definition = { image: 'busybox:1.36', features: { [reference]: {} } }
  await folder.write('project/.devcontainer.json', JSON.stringify(definition))
  const env = { PRISTINE_HOME: folder.at('home'), DOCKER_CONFIG: folder.at('docker') }
  return { host: openHost(env), project: await openProject(folder.at('project')), reference, server }
}

test('who is to be asked about a feature can cancel what is fetched for it, and sees that it is fetched', async () => {
  await using folder = await scratch()
  const { host, project, reference, server } = await projectOf(folder, () => {})
  for (const verb of [
    (run: Parameters<typeof showTrust>[3]) => showTrust(host, project, undefined, run),
    (run: Parameters<typeof showTrust>[3]) => secretsToAskFor(host, project, {}, run),
  ]) {
    const controller = new AbortController()
    const events: object[] = []
    const asked = once(server, 'request')
    const work = verb({ signal: controller.signal, report: (event) => events.push(event) })
    await asked
    controller.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(events).toMatchObject([
      { name: `Fetch feature ${reference}`, state: 'running' },
      { name: `Fetch feature ${reference}`, state: 'failed' },
    ])
  }
  expect(await readdir(folder.at('project'))).toEqual(['.devcontainer.json'])
})

const digestOf = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** What a registry holds of a feature. */
async function published(more: object = {}, data?: Buffer): Promise<{ layer: Buffer; manifest: string }> {
  const tar = pack()
  tar.entry({ name: 'devcontainer-feature.json' }, JSON.stringify({ id: 'tool', version: '1.0.0', ...more }))
  if (data) tar.entry({ name: 'data' }, data)
  tar.entry({ name: 'install.sh' }, 'true\n')
  tar.finalize()
  const layer = gzipSync(await buffer(tar), { level: 1 })
  const mediaType = 'application/vnd.devcontainers.layer.v1+tar'
  const layers = [{ mediaType, digest: digestOf(layer), size: layer.length }]
  return { layer, manifest: JSON.stringify({ schemaVersion: 2, layers }) }
}

test('a frozen lock asks for no feature that nothing pins, and fetches a pinned one once, by its digest', async () => {
  await using folder = await scratch()
  const { layer, manifest } = await published()
  const asked: string[] = []
  const { host, project, reference } = await projectOf(folder, ({ url = '' }, outgoing) => {
    asked.push(url)
    outgoing.end(url.includes('/blobs/') ? layer : manifest)
  })
  const check = () => checkLock(host, project, undefined, silentRun())
  const outdated = (problem: string) => ({ code: 'lock-outdated', data: { reference, problem } })
  for (const verb of [
    check,
    () => runInitializeCommand(host, project, { frozen: true }, silentRun()),
    () => secretsToAskFor(host, project, { frozen: true }, silentRun()),
  ])
    await expect(verb()).rejects.toMatchObject(outdated('absent'))
  const image = { resolved: `docker.io/library/busybox@sha256:${'0'.repeat(64)}` }
  const lock = { lockVersion: 1, images: { 'busybox:1.36': image }, downloads: {} }
  await folder.write('project/pristine.lock', JSON.stringify(lock))
  await expect(check()).rejects.toMatchObject(outdated('missing'))
  expect(asked).toEqual([])

  const integrity = digestOf(manifest)
  const resolved = `${reference.slice(0, -':1'.length)}@${integrity}`
  const features = { [reference]: { version: '1.0.0', resolved, integrity } }
  await folder.write('project/pristine.lock', JSON.stringify({ ...lock, features }))
  for (let times = 0; times < 2; times++) expect((await check()).exists).toBe(true)
  expect(asked).toEqual([`/v2/f/tool/manifests/${integrity}`, `/v2/f/tool/blobs/${digestOf(layer)}`])
})

test('of a clone that nobody trusts no registry is asked; then what its feature asks for needs another grant', async () => {
  await using folder = await scratch()
  const { layer, manifest } = await published({ privileged: true })
  const asked: string[] = []
  const { host, project, reference } = await projectOf(folder, ({ url = '' }, outgoing) => {
    asked.push(url)
    outgoing.end(url.includes('/blobs/') ? layer : manifest)
  })
  await recordClone(host, project.key, 'https://example.org/shop')
  const unknown = { kind: 'feature', reference, requests: [expect.stringContaining('once it is fetched')] }
  const shown = await showTrust(host, project, undefined, silentRun())
  expect(shown.asked).toContainEqual(unknown)
  for (const verb of [
    () => runInitializeCommand(host, project, {}, silentRun()),
    () => secretsToAskFor(host, project, {}, silentRun()),
    () => lock(host, project, { update: true }, silentRun()),
    () => checkLock(host, project, undefined, silentRun()),
  ])
    await expect(verb()).rejects.toMatchObject({
      code: 'not-trusted',
      data: { asked: expect.arrayContaining([unknown]) },
    })
  expect(asked).toEqual([])

  const trusting = { ...host, grants: [shown.fingerprint] }
  await expect(runInitializeCommand(trusting, project, {}, silentRun())).rejects.toMatchObject({
    code: 'not-trusted',
    data: { asked: [{ kind: 'privileged' }] },
  })
  expect(asked).toHaveLength(2)
  expect((await showTrust(host, project, undefined, silentRun())).capabilities).toContainEqual({
    kind: 'feature',
    reference,
    requests: ['privileged'],
  })
})

test('a lock cannot give a feature the name of another one: whoever has the name is asked for its digest', async () => {
  await using folder = await scratch()
  const { layer, manifest } = await published()
  const asked: string[] = []
  const { host, project, reference } = await projectOf(folder, ({ url = '' }, outgoing) => {
    asked.push(url)
    if (url.startsWith('/v2/trusted/')) outgoing.statusCode = 404
    outgoing.end(url.includes('/blobs/') ? layer : manifest)
  })
  await showTrust(host, project, undefined, silentRun())
  asked.length = 0
  const [integrity, trusted] = [digestOf(manifest), reference.replace('/f/', '/trusted/')]
  const resolved = `${trusted.slice(0, -':1'.length)}@${integrity}`
  const definition = { image: 'busybox:1.36', features: { [trusted]: {} } }
  await folder.write('project/.devcontainer.json', JSON.stringify(definition))
  const lock = { lockVersion: 1, images: {}, downloads: {}, features: { [trusted]: { resolved, integrity } } }
  await folder.write('project/pristine.lock', JSON.stringify(lock))
  await expect(showTrust(host, project, undefined, silentRun())).rejects.toMatchObject({
    code: 'feature-unknown',
    data: { reference: trusted },
  })
  expect(asked).toEqual([`/v2/trusted/tool/manifests/${integrity}`])
})

test('pins that a registry no longer has are named with the one command that moves all of them', async () => {
  await using folder = await scratch()
  const { layer, manifest } = await published()
  const integrity = digestOf(manifest)
  const { host, project, reference } = await projectOf(folder, ({ url = '' }, outgoing) => {
    if (url.includes('/manifests/sha256:')) outgoing.statusCode = 404
    outgoing.end(url.includes('/blobs/') ? layer : manifest)
  })
  const second = reference.replace('/tool:', '/second:')
  const definition = { image: 'busybox:1.36', features: { [reference]: {}, [second]: {} } }
  await folder.write('project/.devcontainer.json', JSON.stringify(definition))
  const pin = (one: string) => ({ resolved: `${one.slice(0, -':1'.length)}@${integrity}`, integrity })
  const features = { [reference]: pin(reference), [second]: pin(second) }
  await folder.write('project/.devcontainer-lock.json', JSON.stringify({ features }))
  const show = (update: string[]) =>
    readProjectOnline(host, project, { update: (one) => update.includes(one) }, silentRun())
  await expect(show([])).rejects.toMatchObject({
    code: 'feature-unknown',
    message: expect.stringContaining(
      `the feature ${reference} was not found with the content that the lock pins`,
    ),
    hint: expect.stringContaining(`"pristine lock --update ${reference} ${second}"`),
  })
  await expect(show([reference])).rejects.toMatchObject({
    hint: expect.stringContaining(`"pristine lock --update ${second}"`),
  })
  expect(Object.keys((await show([reference, second])).features)).toEqual([reference, second])
  // The pins of the person's layer are in no lock.
  const third = reference.replace('/tool:', '/third:')
  await writeLayer(host.home, 'all', JSON.stringify({ features: { [third]: {} } }))
  await addLayerPins(host.home, 'all', { [third]: { ...pin(third), integrity: digestOf('gone') } })
  await expect(show([reference, second])).rejects.toMatchObject({
    code: 'feature-unknown',
    message: expect.stringContaining('your layer pins'),
    hint: expect.stringContaining('and adding it again'),
  })
})

test('an image is no feature, and is not called a broken registry', async () => {
  await using folder = await scratch()
  const index = JSON.stringify({ schemaVersion: 2, manifests: [] })
  const { host, project, reference } = await projectOf(folder, (_, outgoing) => outgoing.end(index))
  await expect(showTrust(host, project, undefined, silentRun())).rejects.toMatchObject({
    code: 'feature-invalid',
    data: { reference, problem: expect.stringContaining('something else under this name') },
  })
})

test('features that nobody agreed to do not fill the disk, however small they are on their way', async () => {
  await using folder = await scratch()
  const held = new Map<string, Buffer | string>()
  const { host, project, reference } = await projectOf(folder, ({ url = '' }, outgoing) => {
    outgoing.end(held.get(url.split('/').at(-1) ?? ''))
  })
  const repository = reference.slice(0, -':1'.length)
  const dependsOn = { [`${repository}:2`]: {}, [`${repository}:3`]: {}, [`${repository}:4`]: {} }
  for (const tag of ['1', '2', '3', '4']) {
    const bomb = tag === '1' ? undefined : Buffer.alloc(44 * 1024 * 1024)
    const { layer, manifest } = await published({ name: tag, ...(!bomb && { dependsOn }) }, bomb)
    expect(layer.length).toBeLessThan(500_000)
    held.set(tag, manifest)
    held.set(digestOf(layer), layer)
  }
  await expect(showTrust(host, project, undefined, silentRun())).rejects.toMatchObject({
    code: 'feature-invalid',
    data: { problem: expect.stringContaining('larger than 128 MiB') },
  })
})

test('revoking needs no registry: it is done, and what is requested is not shown', async () => {
  await using folder = await scratch()
  let requests = 0
  const { host, project, reference } = await projectOf(folder, () => {
    requests += 1
  })
  const grant = { folder: project.path, remote: null, capabilities: [], at: new Date().toISOString() }
  await writeTrust(host, project.key, { grant })
  const events: { kind: string; text?: string }[] = []
  const run = {
    signal: new AbortController().signal,
    report: (event: (typeof events)[number]) => events.push(event),
  }
  expect(await revokeTrust(host, project, undefined, run)).toBeNull()
  expect(requests).toBe(0)
  expect((await readTrust(host, project.key))?.grant).toBeUndefined()
  expect(events).toMatchObject([{ kind: 'warning', text: expect.stringContaining(reference) }])
})
