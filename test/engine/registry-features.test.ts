import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openHost } from '../../main/host/host.ts'
import { movedPins, readPinCheck } from '../../main/lock/pin-check.ts'
import { openProject } from '../../main/store/open-project.ts'
import { checkPins } from '../../main/verbs/check-pins.ts'
import type { Lock } from '../../shared/lock.ts'
import { publishFeatureFixtures } from '../rig/feature-fixtures.ts'
import { startForwardProxy } from '../rig/forward-proxy.ts'
import { publishFeature } from '../rig/publish-feature.ts'
import { startTokenRegistry } from '../rig/token-registry.ts'
import { halves } from '../sample.ts'
import { pruneVersion } from './prune.ts'
import { devcontainer, TestProject, testProject } from './test-project.ts'

const REGISTRY = process.env['PRISTINE_RIG_REGISTRY'] ?? ''
/** The registry of an engine that is not ours lets nobody write. */
const publishing = test.skipIf(REGISTRY === '')
// In a sample, one of each of these groups.
const [publishingEven, publishingOdd] = halves(publishing)
const namespace = () => `features-${randomBytes(4).toString('hex')}`
const definition = (features: object, more: object = {}) =>
  devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', features, ...more })
const LOCK = '.devcontainer/pristine.lock'
const OTHER_LOCK = '.devcontainer/devcontainer-lock.json'
const read = (project: TestProject, file: string) => readFile(path.join(project.folder, file), 'utf8')
const lockOf = async (project: TestProject) => JSON.parse(await read(project, LOCK)) as Lock
const out = async (project: TestProject, command: string) => (await project.exec(command)).stdout.trim()
const fetched = ({ events }: TestProject) =>
  events.flatMap((event) =>
    event.kind === 'step' && event.state === 'done' && event.name.startsWith('Fetch feature ')
      ? [event.name.slice('Fetch feature '.length)]
      : [],
  )

/** The same checkout on another computer: nothing of the data folder is there. */
async function onOtherComputer(project: TestProject): Promise<TestProject & AsyncDisposable> {
  const home = await mkdtemp(path.join(tmpdir(), 'pristine-home-'))
  return new TestProject(home, project.folder, { ...project.env, PRISTINE_HOME: home })
}

/** A feature of one file, whose content says which it is. */
const tool = (version: string, text: string, metadata: object = {}) => ({
  metadata: { id: 'tool', version, ...metadata },
  files: { 'install.sh': `#!/bin/sh\necho '${text}' >/tool\n` },
})

publishingEven(
  'features of a registry are fetched with what they need, pinned, and the same on another computer',
  async () => {
    const own = namespace()
    const digests = await publishFeatureFixtures(REGISTRY, own)
    const of = (name: string) => `${REGISTRY}/${own}/${name}`
    await using proxy = await startForwardProxy()
    await using project = await testProject(
      definition(
        { [`${of('suite')}:1`]: {}, [`${of('account')}:1`]: { username: 'ada' } },
        { remoteUser: 'ada' },
      ),
    )
    Object.assign(project.env, { HTTP_PROXY: proxy.address })
    const first = await project.up()
    expect(await out(project, 'cat /installed; id -un')).toBe('base\nhooks\ntoolbox\nsuite\nada')
    expect(await out(project, 'cat /toolbox')).toContain('WITH_DOCS=true')
    expect(fetched(project).toSorted()).toEqual(
      ['account:1', 'base:1', 'hooks', 'suite:1', 'toolbox:2'].map(of).toSorted(),
    )
    const { features = {} } = await lockOf(project)
    expect(features[`${of('suite')}:1`]).toEqual({
      version: '1.0.0',
      resolved: `${of('suite')}@${digests.suite}`,
      integrity: digests.suite,
      dependsOn: [`${of('toolbox')}:2`, of('hooks')],
    })
    expect(Object.keys(features)).toHaveLength(5)
    expect(first.lock.added).toEqual(expect.arrayContaining(Object.keys(features)))

    // Nothing is asked for what is known: not for a second version, and not for one that is built again.
    const before = proxy.requests().length
    await project.write(
      definition(
        { [`${of('suite')}:1`]: {}, [`${of('account')}:1`]: { username: 'ada' } },
        { remoteUser: 'ada', containerEnv: { OTHER: '1' } },
      ),
    )
    expect(await project.up({ frozen: true })).toMatchObject({ action: 'built', version: { ordinal: 2 } })
    await pruneVersion(project, 1)
    expect(await project.reset('v1')).toMatchObject({ version: { id: first.version.id } })
    expect(proxy.requests().slice(before)).toEqual([])

    await project.engine.remove(project.folder, { data: false, versions: false })
    await using other = await onOtherComputer(project)
    await other.write(
      definition(
        { [`${of('suite')}:1`]: {}, [`${of('account')}:1`]: { username: 'ada' } },
        { remoteUser: 'ada' },
      ),
    )
    expect(await other.plan()).toMatchObject({ version: { id: first.version.id } })
  },
)

publishingOdd(
  'a tag that moves changes nothing until its pin is moved; the reason names the feature',
  async () => {
    const own = namespace()
    const reference = `${REGISTRY}/${own}/tool:1`
    await publishFeature(REGISTRY, `${own}/tool`, tool('1.0.0', 'one'))
    await using project = await testProject(definition({ [reference]: {} }))
    const first = await project.up()
    const digest = await publishFeature(REGISTRY, `${own}/tool`, tool('1.1.0', 'two'))
    expect((await project.up()).action).toBe('none')
    expect(await project.engine.outdated(project.folder, undefined, project.run())).toContainEqual({
      by: 'lock',
      reference,
      locked: (await lockOf(project)).features?.[reference]?.resolved,
      latest: `${REGISTRY}/${own}/tool@${digest}`,
      outdated: true,
    })
    const host = openHost(project.env)
    const opened = await openProject(project.folder, host.home)
    // Where the images point is another test's; Podman cannot ask.
    const locked = await lockOf(project)
    const askImage = async (image: string) => locked.images[image]?.resolved.split('@')[1] ?? ''
    await checkPins(host, opened, askImage, project.run().signal)
    const check = await readPinCheck(host.home, opened.key)
    expect(check && movedPins(check, await lockOf(project))).toEqual([reference])
    const { features } = await project.engine.status(project.folder, undefined, project.run())
    const pinned = (await lockOf(project)).features?.[reference]?.integrity
    expect(features).toEqual([{ reference, version: '1.0.0', options: {}, digest: pinned, newer: true }])

    const options = { update: [reference] }
    const report = await project.engine.lock(project.folder, options, project.run())
    expect(report.moved).toMatchObject([{ input: reference, to: digest, kind: 'pin' }])
    const second = await project.up()
    expect(second).toMatchObject({
      action: 'built',
      because: [{ input: `feature ${reference}`, from: '1.0.0', to: '1.1.0', kind: 'setting' }],
    })
    expect(await out(project, 'cat /tool')).toBe('two')
    expect((await project.reset('v1')).version.id).toBe(first.version.id)
    expect(await out(project, 'cat /tool')).toBe('one')
  },
)

publishingOdd('devcontainer-lock.json counts first, and is kept up to date', async () => {
  const own = namespace()
  const reference = `${REGISTRY}/${own}/Tool:1`
  const repository = `${own}/tool`
  const older = await publishFeature(REGISTRY, repository, tool('1.0.0', 'one'))
  const newer = await publishFeature(REGISTRY, repository, tool('1.1.0', 'two'))
  const pin = (version: string, digest: string) => ({
    version,
    resolved: `${REGISTRY}/${repository}@${digest}`,
    integrity: digest,
  })
  const text = (value: object) => `${JSON.stringify({ features: { [reference]: value } }, null, 2)}\n`
  await using project = await testProject({
    ...definition({ [reference]: {} }),
    [OTHER_LOCK]: text(pin('1.0.0', older)),
  })
  await project.up()
  expect(await out(project, 'cat /tool')).toBe('one')
  expect(await read(project, OTHER_LOCK)).toBe(text(pin('1.0.0', older)))

  await project.engine.lock(project.folder, { update: true }, project.run())
  expect(await read(project, OTHER_LOCK)).toBe(text(pin('1.1.0', newer)))
  await project.up({ frozen: true })
  expect(await out(project, 'cat /tool')).toBe('two')

  // The other tool moved it back.
  await project.write({ [OTHER_LOCK]: text(pin('1.0.0', older)) })
  await expect(project.up({ frozen: true })).rejects.toMatchObject({
    code: 'lock-outdated',
    data: { problem: 'moved' },
  })
  expect((await project.up()).lock.added).toEqual([reference.toLowerCase()])
  expect(await out(project, 'cat /tool')).toBe('one')
  await project.write({ [OTHER_LOCK]: '{ "features": ' })
  await expect(project.up()).rejects.toMatchObject({ code: 'lock-invalid', data: { file: OTHER_LOCK } })
})

publishing('what a feature asks for is shown before anything of it is built', async () => {
  const own = namespace()
  const reference = `${REGISTRY}/${own}/tool:1`
  await publishFeature(
    REGISTRY,
    `${own}/tool`,
    tool('1.0.0', 'one', { capAdd: ['SYS_PTRACE'], deprecated: true }),
  )
  await using project = await testProject(definition({ [reference]: {} }))
  expect(await project.status()).toMatchObject({ state: 'absent', trusted: false, wanted: null })
  const error = await project.up().catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'not-trusted' })
  expect((await project.trust()).capabilities).toEqual(
    expect.arrayContaining([
      { kind: 'feature', reference, requests: ['capability SYS_PTRACE'] },
      { kind: 'linux-capability', name: 'SYS_PTRACE' },
    ]),
  )
  expect(await project.versions()).toEqual([])
  await project.grant()
  // It was shown as it is: a tag that moves meanwhile is another feature.
  await publishFeature(REGISTRY, `${own}/tool`, tool('1.1.0', 'two', { capAdd: ['SYS_PTRACE'] }))
  await project.up()
  expect(await out(project, 'cat /tool')).toBe('one')
  expect(project.events).toContainEqual(
    expect.objectContaining({ kind: 'warning', text: expect.stringContaining(`${reference} is deprecated`) }),
  )
})

publishing(
  'a private feature is read with the credentials of the person, and named if they do not do',
  async () => {
    const own = namespace()
    await publishFeature(REGISTRY, `${own}/tool`, tool('1.0.0', 'secret'))
    const account = { user: 'ada', password: 'pass:word' }
    await using front = await startTokenRegistry({ target: REGISTRY, account, isPublic: () => false })
    const reference = `${front.registry}/${own}/tool:1`
    await using project = await testProject(definition({ [reference]: {} }))
    await expect(project.up()).rejects.toMatchObject({
      code: 'feature-unknown',
      data: {
        reference,
        registry: front.registry,
        at: expect.stringMatching(/^\.devcontainer\/devcontainer\.json:\d+:\d+$/),
      },
    })
    const config = await mkdtemp(path.join(tmpdir(), 'pristine-docker-'))
    try {
      const auth = Buffer.from(`${account.user}:${account.password}`).toString('base64')
      await writeFile(
        path.join(config, 'config.json'),
        JSON.stringify({ auths: { [front.registry]: { auth } } }),
      )
      project.env['DOCKER_CONFIG'] = config
      await project.up()
      expect(await out(project, 'cat /tool')).toBe('secret')
    } finally {
      await rm(config, { recursive: true, force: true })
    }
  },
)

publishing(
  'a pin that the registry no longer has, a damaged store, and a lock that does not fit',
  async () => {
    const own = namespace()
    const reference = `${REGISTRY}/${own}/tool:1`
    const digest = await publishFeature(REGISTRY, `${own}/tool`, tool('1.0.0', 'one'))
    await using project = await testProject(definition({ [reference]: {} }))
    await expect(project.up({ frozen: true })).rejects.toMatchObject({ code: 'lock-outdated' })
    await project.up()
    const pinned = await read(project, LOCK)

    // What is damaged is fetched again.
    const home = project.env['PRISTINE_HOME'] ?? ''
    const named = (name: string) => name.startsWith(digest.slice('sha256:'.length))
    const record = path.join(home, 'features', (await readdir(path.join(home, 'features'))).find(named) ?? '')
    const [, , sha256] =
      (JSON.parse(await readFile(record, 'utf8')) as string[][]).find(([name]) => name === 'install.sh') ?? []
    await writeFile(path.join(home, 'blobs', sha256 ?? ''), 'rm -rf /')
    project.events.length = 0
    expect((await project.up()).action).toBe('none')
    expect(fetched(project)).toEqual([reference])

    await rm(record)
    const gone = `sha256:${'0'.repeat(64)}`
    await project.write({ [LOCK]: pinned.replaceAll(digest, gone) })
    await expect(project.up()).rejects.toMatchObject({
      code: 'feature-unknown',
      data: { reference, pinned: `${REGISTRY}/${own}/tool@${gone}` },
      hint: expect.stringContaining(`pristine lock --update ${reference}`),
    })
    await project.write({ [LOCK]: pinned.replace(`tool@${digest}`, `other@${digest}`) })
    await expect(project.up()).rejects.toMatchObject({ code: 'lock-invalid' })
    await project.write({ [LOCK]: pinned, ...definition({}) })
    expect((await project.up()).lock.removed).toEqual([reference])
    expect((await lockOf(project)).features).toBeUndefined()
  },
)
