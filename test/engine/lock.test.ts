import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { expect, test } from 'vitest'
import { publish } from '../rig/publish.ts'
import { registryCalls, registryLog } from '../rig/registry-log.ts'
import { retag } from '../rig/retag.ts'
import { halves } from '../sample.ts'
import { docker } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const LOCK = '.devcontainer/pristine.lock'
const read = (project: TestProject, file = LOCK) => readFile(path.join(project.folder, file), 'utf8')
const pins = async (project: TestProject) =>
  Object.fromEntries(
    Object.entries(
      (JSON.parse(await read(project)) as { images: Record<string, { resolved: string }> }).images,
    ).map(([reference, { resolved }]) => [reference, resolved]),
  )
/** A reference of the test's own, so that tests side by side do not move each other's tags. */
const own = (name: string) => `lock-${name}-${process.pid}:1`

test('the lock pins what the definition uses, and is the same in every clone, as is the version', async () => {
  const files = devcontainer({ image: 'busybox:1.36', postCreateCommand: 'true' })
  await using one = await testProject(files)
  await using two = await testProject(files)
  const [first, second] = [await one.up(), await two.up()]
  expect(await read(one)).toMatch(
    /^\{\n {2}"downloads": \{\},\n {2}"images": \{\n {4}"busybox:1\.36": \{\n {6}"resolved": "docker\.io\/library\/busybox@sha256:[0-9a-f]{64}"\n {4}\}\n {2}\},\n {2}"lockVersion": 1\n\}\n$/,
  )
  expect(await read(two)).toBe(await read(one))
  expect(second.version.id).toBe(first.version.id)
  expect(second.version.ordinal).toBe(1)
})

test('a locked project comes up, resets and reports its status without asking the registry', async () => {
  const reference = own('offline')
  const repository = reference.split(':')[0] ?? ''
  await retag('busybox:1.36', reference, { test: 'offline' })
  await using project = await testProject(devcontainer({ image: reference }))
  await project.up()
  const before = await registryCalls(repository)
  expect(before).toBeGreaterThan(0)
  expect((await project.up()).action).toBe('none')
  await project.reset()
  await project.status()
  await project.engine.remove(project.folder, { data: false, versions: false })
  expect((await project.up({ frozen: true })).action).toBe('started')
  await project.versions()
  await project.engine.verify(project.folder, undefined, project.run())
  expect(await registryCalls(repository)).toBe(before)
})

test('a touched file whose content stays changes nothing', async () => {
  await using project = await testProject({
    ...devcontainer({ image: 'busybox:1.36' }),
    'package-lock.json': '{}',
  })
  const first = await project.up()
  const later = new Date(Date.now() + 60_000)
  for (const file of ['package-lock.json', '.devcontainer/devcontainer.json']) {
    await utimes(path.join(project.folder, file), later, later)
  }
  expect(await project.up()).toMatchObject({ action: 'none', version: { id: first.version.id } })
  await project.write({ 'package-lock.json': '{ }' })
  expect((await project.plan()).because).toMatchObject([{ input: 'package-lock.json' }])
})

test('a version has devcontainer-lock.json as Pristine has written it', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const unused = { version: '1.0.0', resolved: `registry.example/f/tool@${digest}`, integrity: digest }
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile', context: '..' }, postCreateCommand: 'true' }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCOPY . /app\n',
    '.devcontainer/devcontainer-lock.json': JSON.stringify({
      features: { 'registry.example/f/tool:1': unused },
    }),
  })
  const first = await project.up()
  expect(first).toMatchObject({ action: 'built', version: { ordinal: 1 }, lock: { added: ['busybox:1.36'] } })
  const written = '{\n  "features": {}\n}\n'
  expect(await read(project, '.devcontainer/devcontainer-lock.json')).toBe(written)
  expect((await project.exec('cat /app/.devcontainer/devcontainer-lock.json')).stdout).toBe(written)
  expect(await project.up()).toMatchObject({ action: 'none', version: first.version })

  // Another tool wrote it while pristine.lock has all that is needed.
  const stale = `{ "features": { "registry.example/f/tool:1": ${JSON.stringify(unused)} } }`
  await project.write({ '.devcontainer/devcontainer-lock.json': stale })
  expect(await project.up()).toMatchObject({ action: 'none', version: first.version })
  expect(await read(project, '.devcontainer/devcontainer-lock.json')).toBe(written)
})

testEven('a new reference is added, an unused one dropped, and both are reported', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\n',
  })
  expect((await project.up()).lock).toEqual({ added: ['busybox:1.36'], removed: [] })
  await project.write({ '.devcontainer/Dockerfile': 'FROM busybox:latest\n' })
  const planned = await project.plan()
  expect(planned.lock).toEqual({ added: ['busybox:latest'], removed: ['busybox:1.36'] })
  expect(Object.keys(await pins(project))).toEqual(['busybox:1.36'])
  const second = await project.up()
  expect(second.lock).toEqual(planned.lock)
  expect(second.version).toEqual(planned.version)
  expect(Object.keys(await pins(project))).toEqual(['busybox:latest'])
})

testEven(
  'a pin stays when its tag moves, outdated sees it, and an update makes a version that says why',
  async () => {
    const reference = own('moving')
    const old = await retag('busybox:1.36', reference, { turn: '1' })
    await using project = await testProject(devcontainer({ image: reference }))
    const first = await project.up()
    const { engine, folder } = project
    expect(await engine.outdated(folder, undefined, project.run())).toMatchObject([
      { reference, outdated: false },
    ])

    const moved = await retag('busybox:1.36', reference, { turn: '2' })
    expect(moved).not.toBe(old)
    expect((await project.up()).action).toBe('none')
    expect((await pins(project))[reference]).toMatch(new RegExp(`@${old}$`))
    expect(await engine.outdated(folder, undefined, project.run())).toMatchObject([
      { reference, outdated: true, latest: expect.stringContaining(moved) },
    ])
    expect(await engine.lock(folder, {}, project.run())).toMatchObject({ moved: [] })

    const report = await engine.lock(folder, { update: [reference] }, project.run())
    expect(report.moved).toMatchObject([{ input: reference, from: expect.stringContaining(old) }])
    const second = await project.up()
    expect(second).toMatchObject({ action: 'built', version: { ordinal: 2 } })
    expect(second.because).toEqual([{ input: reference, from: old, to: moved, kind: 'pin' }])
    expect((await project.reset('v1')).version.id).toBe(first.version.id)
  },
)

test('updating a reference that the definition does not use names those that it does', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await expect(
    project.engine.lock(project.folder, { update: ['node:24'] }, project.run()),
  ).rejects.toMatchObject({
    code: 'usage',
    hint: 'It uses busybox:1.36.',
  })
})

test('frozen fails without a complete lock, and writes nothing', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await expect(project.up({ frozen: true })).rejects.toMatchObject({
    code: 'lock-outdated',
    exit: 3,
    data: { reference: 'busybox:1.36', problem: 'absent' },
  })
  expect(await readdir(path.join(project.folder, '.devcontainer'))).toEqual(['devcontainer.json'])
  await project.engine.lock(project.folder, {}, project.run())
  await project.write(devcontainer({ image: 'busybox:latest' }))
  const before = await read(project)
  await expect(project.up({ frozen: true })).rejects.toMatchObject({ data: { reference: 'busybox:latest' } })
  expect(await read(project)).toBe(before)
  await expect(project.engine.checkLock(project.folder, undefined, project.run())).rejects.toMatchObject({
    code: 'lock-outdated',
  })
})

test('a lock that says the same in another form is left as it is', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.engine.lock(project.folder, {}, project.run())
  const compact = `${JSON.stringify(JSON.parse(await read(project)))}\r\n`
  await project.write({ [LOCK]: compact })
  await project.up({ frozen: true })
  expect(await read(project)).toBe(compact)
})

test.each([
  ['<<<<<<< HEAD\n', 'line 1 is a merge conflict that is not resolved.'],
  ['{"lockVersion": 1,\n', 'line 2, column 1 is not valid JSON.'],
  [
    '{"lockVersion": 2, "images": {}, "downloads": {}}',
    'it was written by a newer Pristine (lock version 2).',
  ],
  ['[]', 'it must be a JSON object.'],
])('a lock that cannot be read is refused and kept: %j', async (text, problem) => {
  await using project = await testProject({ ...devcontainer({ image: 'busybox:1.36' }), [LOCK]: text })
  await expect(project.up()).rejects.toMatchObject({ code: 'lock-invalid', data: { problem }, exit: 3 })
  expect(await read(project)).toBe(text)
})

test('a lock that pins an image to another repository is refused by every verb that reads it', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.engine.lock(project.folder, {}, project.run())
  const resolved = `docker.io/other/evil@${(await pins(project))['busybox:1.36']?.split('@')[1]}`
  const text = JSON.stringify({ lockVersion: 1, downloads: {}, images: { 'busybox:1.36': { resolved } } })
  await project.write({ [LOCK]: text })
  const { engine, folder } = project
  const verbs = {
    up: () => project.up(),
    frozen: () => project.up({ frozen: true }),
    plan: () => project.plan(),
    check: () => engine.checkLock(folder, undefined, project.run()),
    lock: () => engine.lock(folder, {}, project.run()),
    outdated: () => engine.outdated(folder, undefined, project.run()),
    verify: () => engine.verify(folder, undefined, project.run()),
    trust: () => engine.trust(folder, undefined, project.run()),
    status: () => project.status(),
  }
  for (const [verb, work] of Object.entries(verbs))
    await expect(work(), verb).rejects.toMatchObject({
      code: 'lock-foreign-pin',
      exit: 3,
      data: { file: LOCK, reference: 'busybox:1.36', resolved, own: 'docker.io/library/busybox@sha256:…' },
    })
  expect(await read(project)).toBe(text)
})

test('an image that is written with its digest is pinned by that: the tag is a remark, the lock is not needed', async () => {
  const reference = own('digest')
  const name = reference.split(':')[0] ?? ''
  const digest = await retag('busybox:1.36', reference, { test: 'digest' })
  const [wrong, other] = [`${name}:no-such-tag@${digest}`, `docker.io/library/${reference}@${digest}`]
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
    '.devcontainer/Dockerfile': `FROM ${wrong}\nCOPY --from=${other} /bin/busybox /second\n`,
  })
  const { engine, folder } = project
  const before = await registryCalls(name)
  const first = await project.up()
  expect(first.lock).toEqual({ added: [], removed: [] })
  expect((await project.exec('cmp /second /bin/busybox && echo same')).stdout).toBe('same\n')
  // By its digest only, and once for both spellings.
  const log = (await registryLog(name)).slice(before)
  expect(log.filter(({ path }) => path.includes('/blobs/')).length).toBeLessThanOrEqual(2)
  expect(log.map(({ path }) => path).join('\n')).not.toMatch(/no-such-tag|manifests\/1\b/)
  expect(await readdir(path.join(folder, '.devcontainer'))).toEqual(['Dockerfile', 'devcontainer.json'])
  const check = { file: LOCK, exists: false, byHand: [other, wrong].sort() }
  expect(await engine.checkLock(folder, undefined, project.run())).toEqual(check)
  await project.engine.verify(folder, undefined, project.run())

  const moved = await retag('busybox:1.36', reference, { test: 'digest moved' })
  const locked = `docker.io/library/${name}@${digest}`
  const latest = `docker.io/library/${name}@${moved}`
  const pinned = { by: 'definition', locked }
  expect(await engine.outdated(folder, undefined, project.run())).toEqual([
    { ...pinned, reference: other, latest, outdated: true },
    { ...pinned, reference: wrong, latest: null, outdated: false },
  ])
})

test('an image that nobody has is reported as such, and nothing is left', async () => {
  await using project = await testProject(devcontainer({ image: 'no-such-image-anywhere:1' }))
  await expect(project.up()).rejects.toMatchObject({
    code: 'reference-unknown',
    data: { reference: 'no-such-image-anywhere:1', registry: 'docker.io' },
  })
  expect(await readdir(path.join(project.folder, '.devcontainer'))).toEqual(['devcontainer.json'])
})

test('an image that only this computer has is reported as that, and nothing is pinned', async () => {
  const name = `local-only-${process.pid}`
  await docker().getImage('busybox:1.36').tag({ repo: name, tag: '1' })
  try {
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nFROM ${name}:1\n`,
    })
    const data = { reference: `${name}:1`, registry: 'docker.io', at: '.devcontainer/Dockerfile:2' }
    await expect(project.up()).rejects.toMatchObject({ code: 'reference-local', exit: 1, data })
    await expect(project.engine.lock(project.folder, {}, project.run())).rejects.toMatchObject({ data })
    expect((await readdir(path.join(project.folder, '.devcontainer'))).includes('pristine.lock')).toBe(false)
  } finally {
    await docker().getImage(`${name}:1`).remove()
  }
})

testOdd(
  'a remote ADD is pinned by its content; what changed there is refused until the lock is updated',
  async () => {
    let content = 'one\n'
    const server = createServer((_, response) => response.end(content)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/tool.txt`
      await using project = await testProject({
        ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
        '.devcontainer/Dockerfile': `FROM busybox:1.36\nADD ${url} /tool.txt\n`,
      })
      // Of this computer nothing is fetched unasked.
      await expect(project.up()).rejects.toMatchObject({
        code: 'not-trusted',
        data: { asked: [{ kind: 'download', url }] },
      })
      await project.grant()
      const first = await project.up()
      expect(first.lock.added).toContain(url)
      expect((await project.exec('cat /tool.txt')).stdout).toBe('one\n')

      content = 'two\n'
      expect((await project.up()).action).toBe('none')
      await using elsewhere = await testProject({
        ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
        '.devcontainer/Dockerfile': `FROM busybox:1.36\nADD ${url} /tool.txt\n`,
        [LOCK]: await read(project),
      })
      await elsewhere.grant()
      await expect(elsewhere.up()).rejects.toMatchObject({ code: 'download-changed', data: { url }, exit: 3 })

      const outdated = await project.engine.outdated(project.folder, undefined, project.run())
      expect(outdated.find((pin) => pin.reference === url)?.outdated).toBe(true)
      await project.engine.lock(project.folder, { update: [url] }, project.run())
      const second = await project.up()
      expect(second.because).toMatchObject([{ input: url }])
      expect((await project.exec('cat /tool.txt')).stdout).toBe('two\n')
    } finally {
      server.close()
    }
  },
)

testEven(
  'a kept download that was damaged is never built in: it is downloaded again, or asked for',
  async () => {
    const content = 'x'.repeat(2 * 1024 * 1024)
    const server = createServer((_, response) => response.end(content)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/tool.txt`
      const definition = (level: number) => ({
        ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
        '.devcontainer/Dockerfile': `FROM busybox:1.36\nENV LEVEL=${level}\nADD ${url} /tool.txt\n`,
      })
      await using project = await testProject(definition(1))
      await project.grant()
      await project.engine.lock(project.folder, {}, project.run())
      const blobs = path.join(project.env['PRISTINE_HOME'] ?? '', 'blobs')
      const blob = path.join(blobs, createHash('sha256').update(content).digest('hex'))
      const damages = ['', 'short', `y${content.slice(1)}`]
      for (const [index, damage] of damages.entries()) {
        await writeFile(blob, damage)
        await project.write(definition(index + 2))
        await project.up()
        expect((await project.exec('sha256sum /tool.txt')).stdout).toContain(path.basename(blob))
      }
      const warnings = project.events.filter((event) => event.kind === 'warning')
      expect(warnings.map(({ text }) => text)).toEqual(
        damages.map(() => `The kept copy of ${url} is damaged; it is downloaded again.`),
      )
      server.close()
      await writeFile(blob, 'short')
      await project.write(definition(9))
      await expect(project.up()).rejects.toMatchObject({ code: 'download-failed', data: { url } })
      expect(await readdir(blobs)).toEqual([path.basename(blob)])
    } finally {
      server.close()
    }
  },
)

test('a download that the server refuses is reported with its answer', async () => {
  const server = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/gone`
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nADD ${url} /x\n`,
    })
    await project.grant()
    await expect(project.up()).rejects.toMatchObject({
      code: 'download-failed',
      data: { url, problem: 'the server answered 404' },
    })
  } finally {
    server.close()
  }
})

testOdd(
  'a frontend that cannot be had is replaced by the engine’s own, in the lock too; one that is pinned is needed',
  async () => {
    const reference = `frontend-${process.pid}/docker/dockerfile:1`
    const dockerfile = (step: string) => ({
      '.devcontainer/Dockerfile': `# syntax=${reference}\nFROM busybox:1.36\n${step}\n`,
    })
    const label = async ({ version }: { version: { image: string } }) =>
      (await docker().getImage(version.image).inspect()).Config.Labels?.['frontend']
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' } }),
      ...dockerfile('COPY --parents x /'),
    })
    const { engine, folder } = project
    await expect(project.up()).rejects.toMatchObject({
      code: 'frontend-needed',
      data: { file: '.devcontainer/Dockerfile', line: 3, reference, what: 'COPY --parents' },
    })

    await project.write(dockerfile('RUN --mount=type=tmpfs,target=/t true'))
    const first = await project.up()
    expect(first.lock).toMatchObject({ builtin: [reference] })
    const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
    expect(warnings).toContainEqual(expect.stringContaining(`names ${reference}, which could not be had`))
    expect(await label(first)).toBeUndefined()
    const locked = await read(project)

    const program = await readFile(new URL('../fixtures/frontend/frontend.mjs', import.meta.url), 'utf8')
    await publish(
      reference,
      'FROM node:24-bookworm-slim\nCOPY frontend.mjs /\nENTRYPOINT ["node", "/frontend.mjs"]\n',
      { 'frontend.mjs': program },
    )
    // Whoever has the lock builds with the same one, whatever the registry has by now.
    expect((await project.up({ frozen: true })).version).toEqual(first.version)
    expect(await read(project)).toBe(locked)

    const { moved } = await engine.lock(folder, { update: [reference] }, project.run())
    expect(moved).toMatchObject([
      { input: reference, from: 'builtin', to: expect.stringContaining('sha256:') },
    ])
    const second = await project.up()
    expect(second.because).toMatchObject([{ input: reference, from: null, kind: 'pin' }])
    expect(await label(second)).toBe('its-own')

    const gone = (await read(project)).replace(/(dockerfile@sha256:)[0-9a-f]{64}/, `$1${'1'.repeat(64)}`)
    await project.write({ [LOCK]: gone })
    await expect(project.up()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:reference-unknown|registry-unreachable)$/),
      data: { reference },
    })
    await project.write({ [LOCK]: locked, ...dockerfile('COPY --parents x /') })
    await expect(project.up()).rejects.toMatchObject({ code: 'frontend-needed', data: { lock: LOCK } })
    expect(await project.status()).toMatchObject({ version: { id: second.version.id } })
  },
)
