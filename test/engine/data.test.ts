import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { collide, hashOf } from '../unit/clone/colliding.ts'
import { docker, inspect, thingsOf } from './docker.ts'
import { devcontainer, TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const withData = devcontainer({
  image: 'busybox:1.36',
  mounts: ['source=data,target=/data,type=volume'],
  userEnvProbe: 'none',
})

testEven(
  "a volume is the project's own, and its data is kept through resets, new versions and removal",
  async () => {
    await using project = await testProject(withData)
    await project.up()
    await project.exec('echo kept > /data/file; echo lost > /file')
    await project.reset()
    expect((await project.exec('cat /data/file; ls /file 2>/dev/null')).stdout).toBe('kept\n')
    await project.write(
      devcontainer({
        image: 'busybox:1.36',
        mounts: ['source=data,target=/data,type=volume'],
        containerEnv: { A: '1' },
      }),
    )
    await project.up()
    await project.engine.remove(project.folder, { data: false, versions: true })
    await project.up()
    expect((await project.exec('cat /data/file')).stdout).toBe('kept\n')
    const key = await project.key()
    // Before the new version started, it was captured: that costs a layer, and no copy.
    const overlay = expect.stringMatching(/-[0-9a-f]{12}$/)
    const volumes = (await project.engine.snapshots(project.folder)).length > 0 ? [overlay, overlay] : []
    const found = (await thingsOf(key)).volumes
    expect(found).toHaveLength(volumes.length + 1)
    expect(found).toEqual(expect.arrayContaining([...volumes, `pristine-${key}-data`]))
  },
)

testOdd('two clones of a project do not share their data', async () => {
  await using one = await testProject(withData, { name: 'same' })
  await using two = await testProject(withData, { name: 'same' })
  await one.up()
  await two.up()
  await one.exec('echo mine > /data/file')
  expect(await two.exists('/data/file')).toBe(false)
})

testEven('data goes on an explicit word only', async () => {
  await using project = await testProject(withData)
  await project.up()
  await project.exec('echo gone > /data/file')
  // Not while somebody else uses it: then nothing is removed.
  const volume = `pristine-${await project.key()}-data`
  const other = await docker().createContainer({
    Image: (await project.versions())[0]?.image ?? '',
    HostConfig: { Binds: [`${volume}:/data`] },
  })
  const removal = project.engine.remove(project.folder, { data: true, versions: false })
  const name = (await other.inspect()).Name.slice(1)
  await expect(removal.finally(() => other.remove())).rejects.toMatchObject({
    code: 'volume-in-use',
    data: { volume, containers: [name] },
  })
  expect((await project.status()).state).toBe('ready')
  const removed = await project.engine.remove(project.folder, { data: true, versions: false })
  expect(removed.volumes).toEqual([`pristine-${await project.key()}-data`])
  await project.up()
  expect(await project.exists('/data/file')).toBe(false)
})

test('data that somebody removed is gone, and the environment is made again without it', async () => {
  await using project = await testProject(withData)
  const first = await project.up()
  await project.exec('echo gone > /data/file')
  const [name = ''] = (await thingsOf(await project.key())).volumes
  await docker()
    .getContainer(first.environment.containers[0]?.id ?? '')
    .remove({ force: true })
  await docker().getVolume(name).remove()
  project.events.length = 0
  expect(await project.up()).toMatchObject({ action: 'started', environment: { state: 'ready' } })
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: expect.stringContaining('Nothing of the data of data is on this engine'),
  })
  expect((await thingsOf(await project.key())).volumes).toEqual([name])
  expect(await project.exists('/data/file')).toBe(false)
})

testOdd(
  'a VOLUME of the image is a managed volume, not an anonymous one that every replacement loses',
  async () => {
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
      '.devcontainer/Dockerfile':
        'FROM busybox:1.36\nRUN mkdir /store && echo from the image > /store/first\nVOLUME /store\n',
    })
    const up = await project.up()
    const mounts = (await inspect(up)).Mounts.filter((mount) => mount.Type === 'volume')
    expect(mounts).toMatchObject([
      { Destination: '/store', Name: expect.stringMatching(/^pristine-.*-store-/) },
    ])
    expect((await project.exec('cat /store/first; echo second > /store/second')).stdout).toBe(
      'from the image\n',
    )
    await project.reset()
    expect((await project.exec('ls /store')).stdout).toBe('first\nsecond\n')
  },
)

testEven(
  'what a volume with data hides of a new version is told, and nothing where that is nothing',
  async () => {
    const version = (text: string, more: object = {}) => ({
      ...devcontainer({
        build: { dockerfile: 'Dockerfile' },
        mounts: ['source=home,target=/home/me,type=volume'],
        userEnvProbe: 'none',
        ...more,
      }),
      '.devcontainer/Dockerfile':
        'FROM busybox:1.36\nRUN mkdir -p /home/me/.cache /store && echo same > /home/me/same\n' +
        `RUN for at in /home/me/tool /home/me/.cache/noise /store/own; do echo ${text} > $at; done\nVOLUME /store\n`,
    })
    await using project = await testProject(version('one'))
    const told = async (does: () => Promise<unknown>): Promise<string[]> => {
      project.events.length = 0
      await does()
      const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
      return warnings.map((text) => text.replace(/-[0-9a-f]{8}\b/, '')).sort()
    }
    const hidden = (place: string, version: string, file: string) =>
      expect.stringContaining(
        `The volume ${place} keeps its data and hides what ${version} has at ${place === 'store' ? '/store' : '/home/me'}: 1 file differs from that of v1, which filled it (${file}). `,
      )
    await project.up()
    // Other settings, the same layers.
    await project.write(version('one', { containerEnv: { A: '1' } }))
    expect(await told(() => project.up())).toEqual([])
    await project.write(version('two'))
    // Podman gives nothing of an image's own volume before a start.
    const seen = process.env['PRISTINE_RIG_ENGINE']?.startsWith('podman') ? 1 : 2
    const both = [hidden('home', 'v3', 'tool'), hidden('store', 'v3', 'own')].slice(0, seen)
    expect(await told(() => project.up())).toEqual(both)
    expect((await project.exec('cat /home/me/tool /store/own')).stdout).toBe('one\none\n')
    expect(await told(() => project.reset('v1'))).toEqual([])
    expect(await told(() => project.reset('v3'))).toEqual(both)
    // Brought up to date by hand.
    await project.exec('echo two > /home/me/tool')
    expect(await told(() => project.reset('v3'))).toEqual(both.slice(1))
    await project.engine.remove(project.folder, { data: true, versions: false })
    expect(await told(() => project.up())).toEqual([])
    // Nobody knows any more what filled it.
    await project.engine.remove(project.folder, { data: false, versions: true })
    await project.write(version('three'))
    await rm(path.join(project.env['PRISTINE_HOME'] ?? '', 'projects'), { recursive: true })
    const unknown = expect.stringContaining('it could not be compared with')
    expect(await told(() => project.up())).toEqual(Array(seen).fill(unknown))
  },
)

test('what a volume hides of another service than the one that a person works in is told, too', async () => {
  const version = (text: string) => ({
    '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "web"}',
    'compose.yaml': `
services:
  web: {image: "busybox:1.36", command: sleep 1000}
  proxy: {image: "busybox:1.36", command: sleep 1000, volumes: ["assets:/assets"]}
  site: {build: {dockerfile_inline: "FROM busybox:1.36\\nRUN mkdir /srv /assets && echo ${text} | tee /srv/index.html >/assets/main.js"}, command: sleep 1000, volumes: ["site:/srv", "assets:/assets"]}
volumes: {site: , assets: }
`,
  })
  await using project = await testProject(version('one'))
  await project.up()
  await project.write(version('two'))
  project.events.length = 0
  await project.up()
  const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
  expect(warnings).toEqual([
    expect.stringContaining(
      'hides what v2 has at /srv: 1 file differs from that of v1, which filled it (index.html)',
    ),
  ])
})

test("a volume of the same name that is somebody else's is refused and left alone", async () => {
  await using project = await testProject(withData)
  const name = `pristine-${await project.key()}-data`
  await docker().createVolume({ Name: name })
  try {
    await expect(project.up()).rejects.toMatchObject({ code: 'volume-foreign', data: { volume: name } })
    await project.engine.remove(project.folder, { data: true, versions: true })
    expect((await docker().getVolume(name).inspect()).Name).toBe(name)
  } finally {
    await docker().getVolume(name).remove()
  }
})

test('a read-only volume can be read and not written', async () => {
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', mounts: ['source=data,target=/data,type=volume,readonly'] }),
  )
  await project.up()
  expect((await project.exec('touch /data/x')).code).not.toBe(0)
})

testOdd(
  'a data volume has one writer at a time: the old environment stops before the new one starts',
  async () => {
    const definition = (n: string) =>
      devcontainer({
        image: 'busybox:1.36',
        mounts: ['source=data,target=/data,type=volume'],
        containerEnv: { N: n },
        postCreateCommand: 'if [ -e /data/lock ]; then echo two writers; exit 1; fi',
        postStartCommand: 'touch /data/lock',
        userEnvProbe: 'none',
      })
    await using project = await testProject({
      ...definition('1'),
    })
    const first = await project.up()
    await expect(project.write(definition('2')).then(() => project.up())).rejects.toMatchObject({
      code: 'hook-failed',
    })
    // The old one was stopped for it and runs again: its start hook ran once more.
    expect(await project.status()).toMatchObject({
      state: 'ready',
      environment: { containers: first.environment.containers },
    })
    const { State } = await inspect(first)
    expect(State.Running).toBe(true)
    expect(State.FinishedAt).not.toMatch(/^0001/)
    // Also before a version that only reads it: what was captured would still change.
    await project.write(
      devcontainer({
        image: 'busybox:1.36',
        mounts: ['source=data,target=/data,type=volume,readonly'],
        postCreateCommand: 'exit 1',
        userEnvProbe: 'none',
      }),
    )
    await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
    expect((await inspect(first)).State.FinishedAt).not.toBe(State.FinishedAt)
  },
)

test('folders whose older keys would be one share nothing, though one of them has it already', async () => {
  await using desk = await testProject({})
  const home = desk.env['PRISTINE_HOME'] ?? ''
  const [first, second] = collide(desk.folder)
  const older = `shop-${hashOf(first).slice(0, 8)}`
  await mkdir(path.join(home, 'projects', older), { recursive: true })
  await writeFile(path.join(home, 'projects', older, 'project.json'), JSON.stringify({ path: first }))
  await using one = new TestProject(first, first, desk.env)
  await using two = new TestProject(second, second, desk.env)
  for (const shop of [one, two]) {
    await shop.write(withData)
    await shop.up()
  }
  expect(await one.key()).toBe(older)
  expect(await two.key()).toMatch(/^shop-[0-9a-f]{32}$/)
  await one.exec('echo mine > /data/file')
  expect(await two.exists('/data/file')).toBe(false)
  await two.engine.remove(second, { data: true, versions: true })
  expect(await one.exec('cat /data/file')).toMatchObject({ stdout: 'mine\n' })
  expect((await thingsOf(older)).volumes).toEqual([`pristine-${older}-data`])
})

test('data is captured and restored also while no version that mounts it runs', async () => {
  const version = (env: string, more: object) =>
    devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { A: env }, ...more })
  const mounts = { mounts: ['source=data,target=/data,type=volume'] }
  await using project = await testProject(version('1', mounts))
  const { engine, folder } = project
  await project.up()
  await project.exec('echo one >/data/file')
  await engine.takeSnapshot(folder, { name: 'one' }, project.run())
  await project.exec('echo two >/data/file')
  await project.write(version('2', {}))
  await project.up()
  await engine.restoreSnapshot(folder, { name: 'one' }, project.run())
  await project.reset('v1')
  expect((await project.exec('cat /data/file')).stdout).toBe('one\n')
  // Somebody removed the container: another version starts on the data, which is captured before.
  for (const { id } of (await project.status()).environment.containers)
    await docker().getContainer(id).remove({ force: true })
  await project.write(version('3', mounts))
  await project.up()
  expect((await engine.snapshots(folder)).map(({ name }) => name)).toContain('before-v3')
})
