import { readFileSync } from 'node:fs'
import { readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { MAX_LAYERS } from '../../main/data/volume-layers/plan-mount.ts'
import type { OperationEvent } from '../../shared/operation.ts'
import { docker, inspect, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

const withData = (more: object = {}) =>
  devcontainer({
    image: 'busybox:1.36',
    mounts: ['source=data,target=/data,type=volume'],
    userEnvProbe: 'none',
    ...more,
  })

const names = async (project: TestProject) =>
  (await project.engine.snapshots(project.folder)).map(({ name }) => name)

/** All of what a snapshot has to keep: owners, modes, links, deletions. */
const FILL =
  'mkdir -p /data/dir && echo one > /data/dir/file && chown -R 70:71 /data && chmod 700 /data /data/dir && ln -s file /data/dir/link && echo gone > /data/gone'
const LOOK = 'cd /data && ls -lnR --full-time . | grep -v ^total; cat dir/file'

async function story(project: TestProject): Promise<void> {
  const { engine, folder } = project
  await project.up()
  await project.exec(FILL)
  const before = (await project.exec(LOOK)).stdout
  const taken = await engine.takeSnapshot(folder, { name: 'first' }, project.run())
  expect(taken).toMatchObject({ name: 'first', origin: 'taken', version: { ordinal: 1 }, volumes: ['data'] })
  expect((await project.exec(LOOK)).stdout).toBe(before)
  await project.exec(
    'cd /data && rm gone && mv dir moved && echo two > moved/file && chmod 755 . && echo new > new',
  )
  const after = (await project.exec('cd /data && ls -lnR --full-time . | grep -v ^total; cat moved/file'))
    .stdout
  const { kept } = await engine.restoreSnapshot(folder, { name: 'first' }, project.run())
  expect((await project.exec(LOOK)).stdout).toBe(before)
  // What it was is not lost.
  expect(kept).toMatchObject({ name: 'before-first', origin: 'reset' })
  await engine.restoreSnapshot(folder, { name: 'before-first' }, project.run())
  expect(
    (await project.exec('cd /data && ls -lnR --full-time . | grep -v ^total; cat moved/file')).stdout,
  ).toBe(after)
  // Empty, as at the first start.
  await engine.reset(folder, { data: null }, project.run())
  const text = 'What the data was is kept: pristine snapshot restore before-empty'
  expect(project.events).toContainEqual({ kind: 'note', text })
  expect((await project.exec('ls -A /data')).stdout).toBe('')
  expect(await names(project)).toEqual(['before-empty', 'before-before-first', 'before-first', 'first'])
  await engine.settled()
}

test('data is captured, restored and emptied, with owners, modes and links; what it was stays', async () => {
  await using project = await testProject(withData())
  const { engine, folder } = project
  await story(project)
  const { Mounts } = await inspect(await project.up())
  expect(await engine.data(folder)).toEqual({
    volumes: [{ name: 'data', services: ['app'], bytes: expect.any(Number), layers: 1 }],
    capture: 'layers',
  })
  // Unless a person says that it may go.
  const before = await names(project)
  await project.exec('echo lost > /data/lost')
  await engine.reset(folder, { data: null, discard: true }, project.run())
  expect((await project.exec('ls -A /data')).stdout).toBe('')
  expect(await names(project)).toEqual(before)
  // A container has its layers, too, so that nobody can remove them; nothing can be written there.
  await engine.restoreSnapshot(folder, { name: 'first' }, project.run())
  await engine.settled()
  const layered = await inspect(await project.up())
  expect(Mounts.length).toBeLessThan(layered.Mounts.length)
  expect((await project.exec('touch /run/pristine-data/0/x')).code).not.toBe(0)
  const [base] = layered.Mounts.filter(({ Destination }) => Destination.startsWith('/run/pristine-data'))
  await expect(
    docker()
      .getVolume(base?.Name ?? '')
      .remove(),
  ).rejects.toMatchObject({ statusCode: 409 })
  expect((await project.status()).drift).toEqual({ changes: 0 })
  await engine.renameSnapshot(folder, 'before-empty', 'mine', project.run())
  for (const name of ['before-first', 'before-first-2', 'before-before-first', 'first'])
    await engine.deleteSnapshot(folder, name, project.run()).catch(() => {})
  expect(await names(project)).toContain('mine')
  // A restart, a reset and a lost record leave the data as it is.
  await project.exec('echo last > /data/last')
  await engine.restart(folder, project.run())
  await project.reset()
  const record = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key(), 'data.json')
  const text = await readFile(record, 'utf8')
  await writeFile(record, '{')
  await expect(project.reset()).rejects.toMatchObject({ code: 'data-record-unreadable' })
  // An older copy takes for the current data what is captured by now.
  await writeFile(record, text)
  await engine.takeSnapshot(folder, { name: 'later' }, project.run())
  await engine.settled()
  const newest = await readFile(record, 'utf8')
  await writeFile(record, text)
  await expect(project.reset()).rejects.toMatchObject({ code: 'data-elsewhere' })
  await expect(engine.remove(folder, { data: true, versions: false }, project.run())).rejects.toMatchObject({
    code: 'data-elsewhere',
  })
  await writeFile(record, newest)
  await project.reset()
  expect((await project.exec('cat /data/last /data/dir/file')).stdout).toBe('last\none\n')
  // Of data that would have to be copied for it, none is captured before another version.
  const settled = await readFile(record, 'utf8')
  const full = JSON.parse(settled) as { stacks: Record<string, { layers: unknown[] }> }
  for (const stack of Object.values(full.stacks)) stack.layers = Array(MAX_LAYERS).fill(stack.layers.at(-1))
  await writeFile(record, JSON.stringify(full))
  await project.write(withData({ containerEnv: { VERSION: '2' } }))
  const known = await names(project)
  project.events.length = 0
  await project.up()
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: expect.stringContaining('The data of data is not captured before'),
  })
  expect(await names(project)).toEqual(known)
  expect((await project.exec('cat /data/last')).stdout).toBe('last\n')
  await writeFile(record, settled)
  // Data of which a part cannot be removed is given up all the same.
  const key = await project.key()
  const [held] = (await thingsOf(key)).volumes
  const holder = await docker().createContainer({
    Image: 'busybox:1.36',
    Labels: { 'dev.pristine.project': key },
    HostConfig: { Binds: [`${held}:/held`] },
  })
  await expect(engine.remove(folder, { data: true, versions: false }, project.run())).rejects.toMatchObject({
    code: 'engine-refused',
    why: expect.stringContaining('in use'),
  })
  await holder.remove()
  await project.up()
  expect((await thingsOf(key)).volumes).not.toContain(held)
  expect((await project.exec('ls -A /data')).stdout).toBe('')
  await engine.remove(folder, { data: true, versions: false }, project.run())
  expect((await thingsOf(await project.key())).volumes).toEqual([])
})

test('where the engine mounts no overlays, data is copied', async () => {
  await using project = await testProject(withData())
  const info = (await docker().info()) as Record<string, unknown>
  const signature = ['ServerVersion', 'KernelVersion', 'Driver', 'DockerRootDir'].map(
    (name) => info[name] ?? '',
  )
  await project.up()
  const found = { [signature.join(' ')]: { why: 'A test says so.', at: new Date().toISOString() } }
  await writeFile(path.join(project.env['PRISTINE_HOME'] ?? '', 'overlays.json'), JSON.stringify(found))
  expect((await project.engine.data(project.folder)).capture).toBe('copies')
  await story(project)
  const steps = project.events.flatMap((event) =>
    event.kind === 'step' && event.phase === 'data' ? [event] : [],
  )
  expect(steps.find(({ state }) => state === 'done')?.done).toBeGreaterThan(0)
})

test('data with which the environment does not become ready is not restored, and none is captured of it', async () => {
  const check = 'if [ -e strict ] && [ -e /data/bad ]; then echo bad data; exit 1; fi'
  await using project = await testProject(withData({ postStartCommand: check }))
  const { engine, folder } = project
  await project.up()
  await expect(engine.restoreSnapshot(folder, { name: 'none' }, project.run())).rejects.toMatchObject({
    code: 'snapshot-unknown',
  })
  await expect(engine.takeSnapshot(folder, { name: '../x' }, project.run())).rejects.toMatchObject({
    code: 'snapshot-name',
  })
  await project.exec('echo 1 > /data/bad')
  await engine.takeSnapshot(folder, { name: 'bad' }, project.run())
  await project.exec('rm /data/bad; echo 2 > /data/good')
  await project.write({ strict: '' })
  await engine.settled()
  const key = await project.key()
  const volumes = (await thingsOf(key)).volumes
  await expect(engine.restoreSnapshot(folder, { name: 'bad' }, project.run())).rejects.toMatchObject({
    code: 'hook-failed',
  })
  expect((await project.exec('ls /data')).stdout).toBe('good\n')
  expect(await names(project)).toEqual(['bad'])
  expect((await thingsOf(key)).volumes).toEqual(volumes)
  // A stopped environment is stopped again; without one only the data changes.
  await engine.stop(folder, project.run())
  await engine.takeSnapshot(folder, { name: 'stopped' }, project.run())
  expect((await project.status()).state).toBe('stopped')
  await engine.remove(folder, { data: false, versions: false }, project.run())
  await engine.restoreSnapshot(folder, { name: 'stopped' }, project.run())
  await project.up()
  expect((await project.exec('ls /data')).stdout).toBe('good\n')
  // Layers cannot be shown where the engine has stopped to mount overlays.
  await project.exec('touch strict')
  const file = path.join(project.env['PRISTINE_HOME'] ?? '', 'overlays.json')
  const found = JSON.parse(await readFile(file, 'utf8')) as Record<string, { why: null; at: string }>
  const finding = { why: 'A test says so.', at: new Date().toISOString() }
  const none = Object.fromEntries(Object.keys(found).map((engine) => [engine, finding]))
  await writeFile(file, JSON.stringify(none))
  await expect(engine.takeSnapshot(folder, {}, project.run())).rejects.toMatchObject({
    code: 'data-not-shown',
    why: expect.stringContaining('A test says so.'),
  })
  await writeFile(file, JSON.stringify(found))
  await expect(engine.takeSnapshot(folder, { name: 'bad' }, project.run())).rejects.toMatchObject({
    code: 'snapshot-exists',
  })
  // What a person or a prune removed is told.
  await engine.remove(folder, { data: false, versions: false }, project.run())
  const record = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', key, 'data.json')
  const { stacks } = JSON.parse(await readFile(record, 'utf8')) as {
    stacks: Record<string, { mount: string; layers: { volume: string }[] }>
  }
  const { mount, layers } = Object.values(stacks)[0] ?? { mount: '', layers: [] }
  await docker().getVolume(mount).remove()
  await project.up()
  expect((await project.exec('ls /data')).stdout).toBe('good\n')
  await engine.remove(folder, { data: false, versions: false }, project.run())
  await docker().getVolume(mount).remove()
  await docker()
    .getVolume(layers.at(-2)?.volume ?? '')
    .remove()
  await expect(project.up()).rejects.toMatchObject({ code: 'data-layers-missing' })
  await expect(engine.restoreSnapshot(folder, { name: 'stopped' }, project.run())).rejects.toMatchObject({
    code: 'snapshot-gone',
  })
  expect(await engine.snapshots(folder)).toMatchObject([{ name: 'before-stopped' }, { present: false }, {}])
  await engine.restoreSnapshot(folder, { name: 'bad' }, project.run())
  await project.write({ '.devcontainer/devcontainer.json': '{ "image": "busybox:1.36" }' })
  await project.up()
  await engine.remove(folder, { data: true, versions: false }, project.run())
  await expect(engine.takeSnapshot(folder, {}, project.run())).rejects.toMatchObject({ code: 'data-none' })
})

test('versions with other volumes each get their data back', async () => {
  const mounting = (name: string, more: object = {}) =>
    withData({
      mounts: [name, 'cache'].map((source) => `source=${source},target=/${source},type=volume`),
      ...more,
    })
  await using project = await testProject(mounting('old'))
  const { engine, folder } = project
  const look = async () => (await project.exec('cat /old/x /cache/x')).stdout
  await project.up()
  await project.exec('echo one >/old/x; echo one >/cache/x')
  // What a version that fails has written goes, also where the volume is new.
  const { volumes } = await thingsOf(await project.key())
  await project.write(mounting('new', { postCreateCommand: 'echo half >/new/half; exit 1' }))
  await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
  expect((await thingsOf(await project.key())).volumes).toEqual(volumes)
  await project.write(mounting('new'))
  await project.up()
  expect(await project.exists('/new/half')).toBe(false)
  await project.exec('echo two >/new/x; echo two >/cache/x')
  await project.reset('v1')
  expect(await look()).toBe('one\ntwo\n')
  expect(project.events).toContainEqual({
    kind: 'note',
    text: expect.stringContaining('pristine reset --to v1 --data before-v3'),
  })
  await project.up()
  await engine.reset(folder, { to: 'v1', data: 'before-v3' }, project.run())
  expect(await look()).toBe('one\none\n')
  // Also of what only an earlier version mounts.
  await project.up()
  // It is not recorded when the change counts, as where the disk is full then, and everybody goes on working.
  const record = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key(), 'data.json')
  let unrecorded = ''
  await engine.takeSnapshot(
    folder,
    { name: 'mine' },
    {
      ...project.run(),
      report: () => {
        const text = readFileSync(record, 'utf8')
        if (text.includes('"pending"')) unrecorded = text
      },
    },
  )
  await engine.settled()
  await writeFile(record, unrecorded)
  await project.exec('echo three >/new/x')
  await engine.remove(folder, { data: false, versions: false }, project.run())
  await project.up()
  expect((await project.exec('cat /new/x')).stdout).toBe('three\n')
  expect((await engine.snapshots(folder))[0]?.volumes).toEqual(['cache', 'new', 'old'])
  await engine.settled()
})

test('a snapshot goes through a file to another project; a file that was changed is refused', async () => {
  await using one = await testProject(withData())
  await using two = await testProject(withData())
  await one.up()
  await one.exec(`${FILL}; echo big >/data/big; chown 1234567890:300000 /data/big`)
  const before = (await one.exec('cd /data && ls -lnR . | grep -v ^total; cat dir/file')).stdout
  await one.engine.takeSnapshot(one.folder, { name: 'first' }, one.run())
  // A pipe is left out with its other name.
  await one.exec('cd /data && rm gone big && mkfifo pipe && ln pipe other')
  await one.engine.takeSnapshot(one.folder, { name: 'second' }, one.run())
  const file = (name: string) => path.join(one.folder, `${name}.tar`)
  for (const name of ['first', 'second'])
    await one.engine.exportSnapshot(one.folder, { name, file: file(name) }, one.run())
  const { size } = await stat(file('first'))
  const step = { kind: 'step', phase: 'data', subject: 'first', state: 'done' }
  expect(one.events).toContainEqual(expect.objectContaining({ ...step, done: size }))
  await expect(
    one.engine.exportSnapshot(one.folder, { name: 'first', file: file('first') }, one.run()),
  ).rejects.toMatchObject({ code: 'snapshot-file-unusable' })
  // Code inside could have put a link there.
  const link = path.join(one.folder, 'link')
  await symlink(path.dirname(one.folder), link)
  const through = (name: string) => ({ name: 'first', file: path.join(link, name) })
  await writeFile(path.join(one.folder, '..', 'first.tar'), await readFile(file('first')))
  for (const copy of [
    () => one.engine.exportSnapshot(one.folder, through('new.tar'), one.run()),
    () => one.engine.importSnapshot(one.folder, { ...through('first.tar'), name: 'new' }, one.run()),
  ])
    await expect(copy()).rejects.toMatchObject({
      code: 'snapshot-file-unusable',
      why: expect.stringContaining('link is a link, and none is followed'),
    })
  expect(await readdir(path.dirname(one.folder))).not.toContain('new.tar')
  await rm(link)
  // In the middle of it, when some of the file is written.
  const cancelled = new AbortController()
  const report = (event: OperationEvent) => {
    if (event.kind === 'step' && (event.done ?? 0) > 0) cancelled.abort()
  }
  await one.exec('head -c 40000000 /dev/urandom > /data/large')
  await one.engine.takeSnapshot(one.folder, { name: 'large' }, one.run())
  await expect(
    one.engine.exportSnapshot(
      one.folder,
      { name: 'large', file: file('large') },
      { signal: cancelled.signal, report },
    ),
  ).rejects.toMatchObject({ code: 'cancelled' })
  expect((await readdir(one.folder)).filter((name) => name.includes('large'))).toEqual([])
  await one.exec('touch "$(printf "/data/n-\\377")"')
  await one.engine.takeSnapshot(one.folder, { name: 'bytes' }, one.run())
  await expect(
    one.engine.exportSnapshot(one.folder, { name: 'bytes', file: file('bytes') }, one.run()),
  ).rejects.toMatchObject({ code: 'snapshot-not-exported', why: expect.stringContaining('is not UTF-8') })
  expect((await readdir(one.folder)).filter((name) => name.includes('bytes'))).toEqual([])
  await two.up()
  const bad = await readFile(file('first'))
  bad[bad.indexOf('one\n')] = 0x55
  await writeFile(file('bad'), bad)
  const volumes = (await thingsOf(await two.key())).volumes
  const load = (name: string) => two.engine.importSnapshot(two.folder, { file: file(name) }, two.run())
  await expect(load('bad')).rejects.toMatchObject({
    code: 'snapshot-archive-invalid',
    why: expect.stringContaining('checksums'),
  })
  await expect(load('none')).rejects.toMatchObject({ code: 'snapshot-file-unusable' })
  expect((await thingsOf(await two.key())).volumes).toEqual(volumes)
  expect(await load('first')).toMatchObject({ name: 'first', origin: 'imported', volumes: ['data'] })
  expect(two.events).toContainEqual(
    expect.objectContaining({ ...step, subject: 'first.tar', done: size, total: size }),
  )
  await load('second')
  await two.engine.restoreSnapshot(two.folder, { name: 'first' }, two.run())
  expect((await two.exec('cd /data && ls -lnR . | grep -v ^total; cat dir/file')).stdout).toBe(before)
  await two.engine.restoreSnapshot(two.folder, { name: 'second' }, two.run())
  expect((await two.exec('ls /data')).stdout).toBe('dir\n')
})

test('a seed fills new data once, and is what a reset of the data goes back to', async () => {
  const seeding = (seed: string, more = '') => ({
    ...withData({
      // What a seed needs is there before it, as before other hooks.
      postCreateCommand: `touch /tmp/ready ${more}`,
      customizations: {
        pristine: { data: { seed: 'sh tools/seed.sh', freeze: 'echo frozen >>/data/frozen' } },
      },
    }),
    'tools/seed.sh': `test -e /tmp/ready && test ! -e /data/rows && ${seed}`,
  })
  const FILL_ROWS = 'cat /proc/sys/kernel/random/uuid >/data/rows'
  await using project = await testProject(seeding('echo no database && exit 3'))
  const { engine, folder } = project
  const rows = async () => (await project.exec('cat /data/rows')).stdout
  const emptied = (to?: string) => engine.reset(folder, { data: null, to }, project.run())
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    message: 'data.seed failed with exit code 3: sh tools/seed.sh',
    why: 'no database',
  })
  const key = await project.key()
  expect(await thingsOf(key)).toMatchObject({ containers: [], volumes: [] })

  await project.write(seeding(FILL_ROWS))
  await project.up()
  const first = await rows()
  expect(first).toMatch(/^[0-9a-f-]{36}\n$/)
  expect(await engine.snapshots(folder)).toMatchObject([{ name: 'seed', origin: 'seed', present: true }])
  expect((await thingsOf(key)).containers).toHaveLength(1)
  await project.exec('rm /data/rows')
  await emptied()
  expect(await rows()).toBe(first)
  expect(await names(project)).toEqual(['before-seed', 'seed'])
  // What was there is complete in the capture.
  expect((await project.exec('cat /data/frozen')).stdout).toBe('frozen\n')
  await engine.restoreSnapshot(folder, { name: 'before-seed' }, project.run())
  expect((await project.exec('cat /data/rows /data/frozen')).stdout).toBe('frozen\nfrozen\n')

  // A version with the same seed has its data; another seed makes another, for data that is new.
  await project.write(seeding(FILL_ROWS, '/tmp/more'))
  await project.up()
  await emptied()
  expect(await rows()).toBe(first)
  await project.write(seeding(`echo other && ${FILL_ROWS}`))
  await project.up()
  expect(await rows()).toBe(first)
  const cancelled = new AbortController()
  const report = (event: { kind: string; id?: string }) => {
    if (event.kind === 'step' && event.id?.startsWith('data.seed')) cancelled.abort()
  }
  const { volumes } = await thingsOf(key)
  await expect(
    engine.reset(folder, { data: null }, { signal: cancelled.signal, report }),
  ).rejects.toMatchObject({ code: 'cancelled' })
  expect(await rows()).toBe(first)
  expect((await thingsOf(key)).volumes).toEqual(volumes)
  await emptied()
  expect(await rows()).not.toBe(first)
  expect((await engine.snapshots(folder)).filter(({ origin }) => origin === 'seed')).toMatchObject([
    { name: 'seed' },
    { name: 'earlier-seed' },
  ])
  await emptied('v3')
  expect(await rows()).toBe(first)
  await engine.settled()
  await project.write({
    '.devcontainer/devcontainer.json':
      '{"image": "busybox:1.36", "customizations": {"pristine": {"data": {"seed": "true"}}}}',
  })
  await project.up()
  const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
  expect(warnings).toContainEqual(expect.stringContaining('data.seed does not run'))
})
