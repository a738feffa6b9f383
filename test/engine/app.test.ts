import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { EngineState } from '../../shared/engine-state.ts'
import type { OperationId, ProjectKey } from '../../shared/ids.ts'
import type { LogLines } from '../../shared/log.ts'
import type { RecordedEvent } from '../../shared/operation.ts'
import type { ProjectSummary } from '../../shared/project.ts'
import type { TerminalEvent } from '../../shared/terminal.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { halves } from '../sample.ts'
import { type Client, failureOf, Window } from '../unit/server/client.ts'
import { serveApp } from '../unit/server/serving.ts'
import { pristine, start } from './command.ts'
import { docker, inspect } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const START = path.join(import.meta.dirname, '../../app/start.ts')
const plain = { image: 'busybox:1.36', userEnvProbe: 'none' }

/** The app over a project's own data folder, with one window open. */
async function appOf(project: TestProject) {
  const stack = new AsyncDisposableStack()
  const serving = stack.use(await serveApp({ ...project.env, HOME: path.dirname(project.folder) }))
  const window = stack.use(await Window.open(serving.server))
  const owned = stack.move()
  return { serving, client: window.client, window, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** The overview as one window sees it. */
class Seen implements AsyncDisposable {
  private readonly controller = new AbortController()
  private readonly ended: Promise<void>
  readonly history: ProjectSummary[] = []
  private readonly gone = new Set<string>()
  private wake = () => {}

  constructor(client: Client) {
    this.ended = this.follow(client).catch((error: unknown) => {
      if (!this.controller.signal.aborted) throw error
    })
  }

  private async follow(client: Client): Promise<void> {
    for await (const event of await client.projects.watch(undefined, { signal: this.controller.signal })) {
      if (event.kind === 'all') this.history.push(...event.projects)
      else if (event.kind === 'changed') this.history.push(event.project)
      else this.gone.add(event.key)
      this.wake()
    }
  }

  /** The first summary, since the one that the last call found, for which something holds. */
  async until(what: (summary: ProjectSummary) => boolean): Promise<ProjectSummary> {
    for (;;) {
      const index = this.history.findIndex(what)
      if (index >= 0) {
        this.history.splice(0, index)
        return this.history[0] as ProjectSummary
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  async removed(key: string): Promise<void> {
    while (!this.gone.has(key)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.controller.abort()
    await this.ended
  }
}

async function toEnd(client: Client, project: ProjectKey, operation: OperationId, from = 0) {
  const events: RecordedEvent[] = []
  for await (const event of await client.operations.watch({ project, operation, from })) events.push(event)
  return events
}

test('a project is opened, brought up, reset and removed through the contract', async () => {
  await using project = await testProject(devcontainer({ ...plain, postCreateCommand: 'echo made-app-one' }))
  await using app = await appOf(project)
  const { client } = app
  const opened = await client.projects.open({ folder: project.folder })
  expect(opened).toMatchObject({ name: 'project', state: 'absent', version: null, operation: null })
  const { key } = opened
  await using seen = new Seen(client)

  const { operation } = await client.environment.up({ project: key })
  const events = await toEnd(client, key, operation)
  expect(events.at(-1)?.event).toEqual({ kind: 'end', state: 'done' })
  await seen.until((summary) => summary.operation?.id === operation)
  const up = await seen.until((summary) => summary.state === 'ready' && summary.operation === null)
  expect(up.version).toMatchObject({ ordinal: 1, knownGood: true })
  await seen.until(({ watch }) => watch?.kind === 'following')
  await seen.until(({ drift }) => drift === 0)

  expect(await client.environment.status({ project: key })).toMatchObject({ state: 'ready', because: [] })
  const [version] = await client.versions.list({ project: key })
  expect(version).toMatchObject({ ordinal: 1, current: true, present: true })
  await client.versions.mark({ project: key, version: version?.id ?? ('' as never) })
  expect(await client.versions.list({ project: key })).toMatchObject([{ marked: true }])
  await client.versions.unmark({ project: key })

  await project.exec('touch /mess')
  expect(await client.environment.drift({ project: key })).toMatchObject({
    drift: { changes: 1 },
    patch: null,
  })
  const reset = await client.environment.reset({ project: key })
  expect((await toEnd(client, key, reset.operation)).at(-1)?.event).toMatchObject({ state: 'done' })
  expect(await project.exists('/mess')).toBe(false)

  const stopped = await client.environment.stop({ project: key })
  await toEnd(client, key, stopped.operation)
  const after = await seen.until(({ state, operation }) => state === 'stopped' && operation === null)
  expect(after.version?.ordinal).toBe(1)
  await seen.until(({ watch }) => watch === null)

  expect(await client.operations.list({})).toMatchObject([
    { kind: 'stop', state: 'done', project: key, name: 'project' },
    { kind: 'reset' },
    { kind: 'up' },
  ])
  const { operation: removal } = await client.environment.remove({ project: key, data: true, versions: true })
  expect((await toEnd(client, key, removal)).at(-1)?.event).toMatchObject({ state: 'done' })
  await seen.removed(key)
  expect(await failureOf(client.environment.status({ project: key }))).toMatchObject({
    code: 'project-unknown',
  })
  expect(app.serving.faults).toEqual([])
})

testEven(
  'what the command line does is seen, and a changed definition is built and swapped while the page is open',
  async () => {
    await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-two' } }))
    await using app = await appOf(project)
    await using seen = new Seen(app.client)
    expect((await pristine(project, 'up')).code).toBe(0)
    await seen.until(({ operation }) => operation?.kind === 'up')
    await seen.until(
      ({ state, operation, version }) => state === 'ready' && !operation && version?.ordinal === 1,
    )
    await seen.until(({ watch }) => watch?.kind === 'following')
    await project.write(devcontainer({ ...plain, containerEnv: { CASE: 'app-two, changed' } }))
    await seen.until(({ watch }) => watch?.kind === 'swapped')
    const swapped = await seen.until(({ version, operation }) => version?.ordinal === 2 && !operation)
    expect(swapped.state).toBe('ready')
    // One change is one update: built once, swapped in once.
    expect((await app.client.operations.list({})).map(({ kind }) => kind)).toEqual(['up', 'build', 'up'])
    expect((await pristine(project, 'rm')).code).toBe(0)
    await seen.until(({ state, watch }) => state === 'absent' && watch === null)
    expect(app.serving.faults).toEqual([])
  },
)

testOdd(
  'a version that a person chose is told until they take another, and drift shows by itself',
  async () => {
    await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-chosen' } }))
    await using app = await appOf(project)
    await using seen = new Seen(app.client)
    await project.up()
    await project.write(devcontainer({ ...plain, containerEnv: { CASE: 'app-chosen, changed' } }))
    await project.up()
    await seen.until(({ version, drift }) => version?.ordinal === 2 && drift === 0)
    expect((await pristine(project, 'reset', '--to', 'v1')).code).toBe(0)
    const back = await seen.until(({ chosen }) => chosen !== null)
    expect(back).toMatchObject({ chosen: { wanted: 2 }, version: { ordinal: 1, knownGood: false } })
    await seen.until(({ drift, state }) => drift === 0 && state === 'ready')
    await project.exec('touch /mess')
    // It is counted every few seconds.
    const late = pause(30_000, undefined, { ref: false }).then(() => {
      throw new Error('The drift was not seen within 30 s.')
    })
    await Promise.race([seen.until(({ drift }) => drift === 1), late])
    await project.up()
    await seen.until(({ chosen, version }) => chosen === null && version?.ordinal === 2)
    expect(app.serving.faults).toEqual([])
  },
)

testOdd('a failed build is reported with its reason, and a retry that works takes it away', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo app-three && exit 7\n',
  })
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  await using seen = new Seen(app.client)
  const { operation } = await app.client.environment.up({ project: key })
  const failed = await seen.until(({ failure }) => failure !== null)
  expect(failed.failure).toMatchObject({ operation, error: { code: 'build-failed' } })
  const events = await toEnd(app.client, key, operation)
  expect(events.at(-1)?.event).toMatchObject({ kind: 'end', state: 'failed' })
  await project.write({ '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo app-three\n' })
  await app.client.environment.up({ project: key })
  await seen.until(({ failure, state }) => failure === null && state === 'ready')
})

testEven('every window sees the same of an operation, from wherever it goes on', async () => {
  await using project = await testProject(
    devcontainer({
      ...plain,
      postCreateCommand: 'echo app-four; until [ -e go ]; do sleep 0.1; done; echo over',
    }),
  )
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  const { operation } = await app.client.environment.up({ project: key })
  const first: RecordedEvent[] = []
  const early = await Window.open(app.serving.server)
  for await (const event of await early.client.operations.watch({ project: key, operation, from: 0 })) {
    first.push(event)
    if (event.event.kind === 'log' && event.event.text.includes('app-four')) break
  }
  // The connection is lost; another one goes on after the last event.
  await early[Symbol.asyncDispose]()
  await using late = await Window.open(app.serving.server)
  const rest = toEnd(late.client, key, operation, first.length)
  await project.write({ go: '' })
  const all = [...first, ...(await rest)]
  expect(all.map(({ index }) => index)).toEqual(all.map((_, index) => index))
  expect(await toEnd(app.client, key, operation)).toEqual(all)
})

testOdd('an operation is cancelled by any window, and the environment is as it was', async () => {
  await using project = await testProject(
    devcontainer({ ...plain, postCreateCommand: 'echo app-five; sleep 600' }),
  )
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  const { operation } = await app.client.environment.up({ project: key })
  for await (const { event } of await app.client.operations.watch({ project: key, operation, from: 0 })) {
    if (event.kind === 'log') break
  }
  expect(await failureOf(app.client.environment.up({ project: key }))).toMatchObject({ code: 'busy' })
  await using other = await Window.open(app.serving.server)
  expect(await other.client.operations.cancel({ project: key, operation })).toBe(true)
  expect((await toEnd(app.client, key, operation)).at(-1)?.event).toMatchObject({ state: 'cancelled' })
  expect(await app.client.environment.status({ project: key })).toMatchObject({ state: 'absent' })
})

testOdd('an operation of a server that died is lost, and the next one repairs what it left', async () => {
  await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-six' } }))
  await project.up()
  await project.write(
    devcontainer({ ...plain, containerEnv: { CASE: 'app-six' }, postCreateCommand: 'echo on; sleep 600' }),
  )
  const dying = start(project, ['up'])
  const { engine, folder } = project
  let id: OperationId | undefined
  while (!id) id = (await engine.operations(folder)).find(({ state }) => state === 'running')?.id
  await using app = await appOf(project)
  await using seen = new Seen(app.client)
  const { key } = await seen.until(({ operation }) => operation?.id === id)
  for await (const { event } of await app.client.operations.watch({ project: key, operation: id, from: 0 })) {
    if (event.kind === 'log') break
  }
  const watched = toEnd(app.client, key, id)
  dying.kill('SIGKILL')
  await once(dying, 'exit')
  expect((await watched).at(-1)?.event).toEqual({ kind: 'end', state: 'lost' })
  expect(await app.client.operations.list({ project: key })).toMatchObject([{ id, state: 'lost' }, {}])
  expect(await app.client.environment.status({ project: key })).toMatchObject({
    state: 'ready',
    version: { ordinal: 1 },
  })
})

testEven(
  'logs come with their times and without what a terminal would obey, and end with the environment',
  async () => {
    const script = `printf '\\033]52;c;ZXZpbA==\\007\\033[31mred\\033[0m\\ttext\\n'; echo oops >&2; yes | head -c 300000 | tr -d '\\n'; echo; sleep 600`
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, overrideCommand: false, userEnvProbe: 'none' }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nCMD ["sh", "-c", ${JSON.stringify(script)}]\n`,
    })
    await project.up()
    await using app = await appOf(project)
    const { key } = await app.client.projects.open({ folder: project.folder })
    const lines: LogLines = []
    let removal: { operation: OperationId } | undefined
    for await (const batch of await app.client.logs.follow({ project: key, tail: 100 })) {
      lines.push(...batch)
      if (lines.length === 3)
        removal = await app.client.environment.remove({ project: key, data: false, versions: false })
    }
    await toEnd(app.client, key, removal?.operation ?? ('' as never))
    const byText = Object.fromEntries(lines.map((line) => [line.text.slice(0, 8), line]))
    expect(byText['red\ttext']).toMatchObject({ service: 'app', stream: 'stdout' })
    expect(byText['oops']).toMatchObject({ stream: 'stderr' })
    expect(byText['yyyyyyyy']?.text).toMatch(/^y{65536} … \(cut\)$/)
    for (const { at } of lines) expect(Date.parse(at ?? '')).toBeGreaterThan(Date.now() - 600_000)
    expect(await failureOf(drained(app.client.logs.follow({ project: key, tail: 1 })))).toMatchObject({
      code: 'environment-not-running',
    })
  },
)

async function drained(stream: Promise<AsyncIterable<unknown>>): Promise<void> {
  for await (const _ of await stream);
}

testEven(
  'a program that prints without end costs no memory, and is read as fast as the page reads',
  async () => {
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, overrideCommand: false, userEnvProbe: 'none' }),
      '.devcontainer/Dockerfile':
        'FROM busybox:1.36\nCMD ["sh", "-c", "yes app-eight | head -n 3000000; sleep 600"]\n',
    })
    await project.up()
    await using app = await appOf(project)
    const { key } = await app.client.projects.open({ folder: project.folder })
    let count = 0
    let most = 0
    const before = process.memoryUsage().rss
    for await (const batch of await app.client.logs.follow({ project: key, tail: 1_000_000 })) {
      count += batch.length
      most = Math.max(most, process.memoryUsage().rss - before)
      if (count >= 300_000) break
    }
    expect(count).toBeGreaterThanOrEqual(300_000)
    expect(most).toBeLessThan(250 * 1024 * 1024)
  },
)

test('a terminal outlives the window that opened it, and another one sees the same', async () => {
  await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-nine' } }))
  await project.up()
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  const first = await Window.open(app.serving.server)
  const size = { columns: 80, rows: 24 }
  const { terminal } = await first.client.terminals.open({ project: key, size })
  await first.client.terminals.write({ terminal, text: 'stty size; echo first-$((40 + 2))\n' })
  const shown = await untilText(first.client, 'first-42')
  expect(shown).toContain('24 80')
  await first[Symbol.asyncDispose]()

  expect(await app.client.terminals.list({ project: key })).toEqual([{ terminal, service: null }])
  expect(await app.client.environment.sessions({ project: key })).toBe(1)
  await app.client.terminals.resize({ terminal, size: { columns: 100, rows: 30 } })
  await app.client.terminals.write({ terminal, text: 'stty size; echo "s\u00fc\u00df"-second\n' })
  const all = await untilText(app.client, 's\u00fc\u00df-second')
  expect(all.startsWith(shown.slice(0, 20))).toBe(true)
  expect(all).toContain('30 100')

  await app.client.terminals.write({ terminal, text: 'exit 3\n' })
  const events: TerminalEvent[] = []
  for await (const event of await app.client.terminals.watch({ terminal, from: all.length }))
    events.push(event)
  expect(events.at(-1)).toEqual({ kind: 'end', code: 3 })
  expect(await app.client.terminals.list({ project: key })).toEqual([])

  async function untilText(client: Client, wanted: string): Promise<string> {
    let text = ''
    for await (const event of await client.terminals.watch({ terminal, from: 0 })) {
      if (event.kind === 'end') break
      expect(event.offset).toBe(text.length)
      text += event.text
      if (text.includes(`${wanted}\r\n`)) break
    }
    return text
  }
})

testEven('a terminal ends when its environment is replaced', async () => {
  await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-ten' } }))
  await project.up()
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  const { terminal } = await app.client.terminals.open({ project: key, size: { columns: 80, rows: 24 } })
  const { operation } = await app.client.environment.reset({ project: key })
  let last: TerminalEvent | undefined
  for await (const event of await app.client.terminals.watch({ terminal, from: 0 })) last = event
  expect(last?.kind).toBe('end')
  expect((await toEnd(app.client, key, operation)).at(-1)?.event).toMatchObject({ state: 'done' })
  await app.client.terminals.close({ terminal })
  expect(
    await failureOf(app.client.terminals.resize({ terminal, size: { columns: 1, rows: 1 } })),
  ).toMatchObject({
    code: 'terminal-unknown',
  })
})

testOdd('versions are compared with their texts, the lock is read, and what is old is removed', async () => {
  const dockerfile = (text: string) => ({
    '.devcontainer/Dockerfile': `FROM busybox:1.36\nCOPY package.txt /\nRUN echo ${text}\n`,
  })
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile', context: '..' }, userEnvProbe: 'none' }),
    ...dockerfile('app-eleven'),
    'package.txt': 'one\n',
  })
  await project.up()
  await project.write({ ...dockerfile('app-eleven, changed'), 'package.txt': 'two, longer\n' })
  await project.up()
  await project.write({ 'package.txt': 'three\n' })
  await project.up()
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  const compared = await app.client.versions.compare({ project: key, from: 'v1', to: 'v2' })
  expect(compared.texts).toEqual([
    {
      file: 'Dockerfile',
      from: expect.stringContaining('app-eleven\n'),
      to: expect.stringContaining('changed'),
    },
    { file: 'package.txt', from: 'one\n', to: 'two, longer\n' },
  ])
  const copied = { by: expect.stringMatching(/^COPY .*\/$/), from: 4, to: 12 }
  expect(compared.sizes).toMatchObject({ from: expect.any(Number), layers: [copied] })
  expect((compared.sizes?.to ?? 0) - (compared.sizes?.from ?? 0)).toBe(8)
  const definition = await app.client.projects.definition({ project: key })
  expect(definition).toMatchObject({
    file: '.devcontainer/devcontainer.json',
    lock: { file: '.devcontainer/pristine.lock' },
  })
  expect(definition.files.map(({ file }) => file)).toEqual([
    '.devcontainer/devcontainer.json',
    '.devcontainer/Dockerfile',
  ])
  expect(definition.pins).toMatchObject([{ reference: 'busybox:1.36' }])
  expect(await app.client.lock.outdated({ project: key })).toEqual([])
  const update = await app.client.lock.update({ project: key })
  expect((await toEnd(app.client, key, update.operation)).at(-1)?.event).toMatchObject({ state: 'done' })

  const [list] = await app.client.cleanup.list()
  expect(list?.versions.map(({ ordinal, locked }) => [ordinal, locked])).toEqual([
    [3, 'current'],
    [2, null],
    [1, null],
  ])
  const [current, middle, old] = list?.versions ?? []
  const choose = async (versions: (typeof old)[], volumes: string[] = []) => {
    const ids = versions.flatMap((one) => (one ? [one.id] : []))
    const { operation } = await app.client.cleanup.remove({ project: key, versions: ids, volumes })
    return (await toEnd(app.client, key, operation)).at(-1)?.event
  }
  expect(await choose([old, current])).toMatchObject({ state: 'failed', error: { code: 'version-in-use' } })
  expect(await choose([old], ['somebody-elses'])).toMatchObject({ error: { code: 'volume-foreign' } })
  expect((await app.client.versions.list({ project: key })).map(({ present }) => present)).toEqual([
    true,
    true,
    true,
  ])
  expect(await choose([old, middle])).toMatchObject({ state: 'done' })
  expect((await app.client.versions.list({ project: key })).map(({ present }) => present)).toEqual([
    true,
    false,
    false,
  ])
})

test('npm start prints its address, serves the page and ends cleanly', async () => {
  await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-twelve' } }))
  // Builds the page first, if need be.
  const child = spawn(process.execPath, [START, '--json'], { env: project.env as NodeJS.ProcessEnv })
  let text = ''
  for await (const chunk of child.stdout) {
    text += chunk
    if (text.endsWith('}\n')) break
  }
  const { address, origin } = JSON.parse(text) as { address: string; origin: string }
  const page = await fetch(origin)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).toContain('<div id="root">')
  await using window = await Window.open({ origin, token: address.split('#token=')[1] ?? '' })
  expect(await window.client.app.about()).toMatchObject({ platform: expect.stringContaining('linux') })
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('settings that cannot be read are as if they were not there', async () => {
  await using project = await testProject(devcontainer(plain))
  await using app = await appOf(project)
  const file = path.join(app.serving.home, 'settings.json')
  expect(await app.client.settings.change({ theme: 'dark' })).toMatchObject({
    theme: 'dark',
    notifications: true,
  })
  const [one, two] = await Promise.all([
    app.client.settings.change({ notifications: false }),
    app.client.settings.change({ tray: true }),
  ])
  expect([one.theme, two.notifications]).toEqual(['dark', false])
  for (const text of ['', '{"theme": "da', '[]', 'null', '\u0000\u0001', '{"theme": 3, "tray": true}']) {
    await writeFile(file, text)
    expect(await app.client.settings.get()).toMatchObject({ theme: 'system', notifications: true })
  }
  expect(await app.client.settings.get()).toMatchObject({ tray: true })
  await appendFile(file, 'garbage')
  expect(await app.client.settings.change({ theme: 'light' })).toMatchObject({ theme: 'light', tray: false })
})

test('an engine that is not there is reported, and found when it comes', async () => {
  await using project = await testProject(devcontainer(plain), {
    env: { DOCKER_HOST: 'unix:///nowhere/at/all.sock' },
  })
  await using app = await appOf(project)
  const states = (await app.client.engine.watch())[Symbol.asyncIterator]()
  expect((await states.next()).value).toMatchObject({ kind: 'down', error: { code: 'engine-missing' } })
  const { key } = await app.client.projects.open({ folder: project.folder })
  expect(await failureOf(app.client.versions.list({ project: key }))).toMatchObject({
    code: 'engine-missing',
  })
  await app.client.settings.change({ engine: process.env['DOCKER_HOST'] ?? '' })
  expect((await states.next()).value).toMatchObject({ kind: 'ready', name: 'Docker', local: true })
  expect(await app.client.versions.list({ project: key })).toEqual([])
})

testEven('an engine that goes and comes back is reported, and everything goes on by itself', async () => {
  await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-thirteen' } }))
  await project.up()
  const link = path.join(path.dirname(project.folder), 'engine.sock')
  const target = process.env['DOCKER_HOST'] ?? ''
  const connect = async () => {
    const proxy = await startEngineProxy({ target })
    await symlink(proxy.address.replace('unix://', ''), link)
    return proxy
  }
  const first = await connect()
  project.env['DOCKER_HOST'] = `unix://${link}`
  await using app = await appOf(project)
  await using seen = new Seen(app.client)
  const states = (await app.client.engine.watch())[Symbol.asyncIterator]()
  expect((await states.next()).value).toMatchObject({ kind: 'ready' })
  await seen.until(({ state, watch }) => state === 'ready' && watch?.kind === 'following')
  await rm(link)
  await first[Symbol.asyncDispose]()
  expect((await states.next()).value).toMatchObject({
    kind: 'down',
    error: { code: expect.stringMatching(/^engine-/) },
  })
  await seen.until(({ state }) => state === 'stopped')
  await using _second = await connect()
  // While it is down, why may change: the connection broke, then no socket is there.
  let engine: EngineState
  do engine = (await states.next()).value as EngineState
  while (engine.kind === 'down')
  expect(engine).toMatchObject({ kind: 'ready' })
  await seen.until(({ state }) => state === 'ready')
  await project.write(devcontainer({ ...plain, containerEnv: { CASE: 'app-thirteen, changed' } }))
  await seen.until(({ version, operation }) => version?.ordinal === 2 && operation === null)
  expect(app.serving.faults).toEqual([])
})

testEven('Ctrl-C in the middle of a build cancels it, and the recording says so', async () => {
  await using project = await testProject(
    devcontainer({ ...plain, postCreateCommand: 'echo app-fourteen; sleep 600' }),
  )
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  const { operation } = await app.client.environment.up({ project: key })
  for await (const { event } of await app.client.operations.watch({ project: key, operation, from: 0 })) {
    if (event.kind === 'log') break
  }
  await app.serving.app.close()
  const [last] = await project.engine.operations(project.folder)
  expect(last).toMatchObject({ id: operation, state: 'cancelled' })
  expect(await project.status()).toMatchObject({ state: 'absent' })
})

testOdd('a terminal that is flooded costs little memory and still listens', async () => {
  await using project = await testProject(devcontainer({ ...plain, containerEnv: { CASE: 'app-fifteen' } }))
  await project.up()
  await using app = await appOf(project)
  const { key } = await app.client.projects.open({ folder: project.folder })
  const { terminal } = await app.client.terminals.open({ project: key, size: { columns: 80, rows: 24 } })
  const before = process.memoryUsage().rss
  let most = 0
  let seen = 0
  await app.client.terminals.write({ terminal, text: 'yes app-fifteen\n' })
  for await (const event of await app.client.terminals.watch({ terminal, from: 0 })) {
    if (event.kind === 'end') break
    seen += event.text.length
    most = Math.max(most, process.memoryUsage().rss - before)
    if (seen > 5_000_000) break
  }
  expect(most).toBeLessThan(150 * 1024 * 1024)
  await app.client.terminals.write({ terminal, text: '\u0003' })
  await app.client.terminals.write({ terminal, text: 'exit 4\n' })
  let last: TerminalEvent | undefined
  for await (const event of await app.client.terminals.watch({ terminal, from: 0 })) last = event
  expect(last).toEqual({ kind: 'end', code: 4 })
})

test('the sample is put into the home once, and is as the person left it', async () => {
  await using project = await testProject(devcontainer(plain))
  await using app = await appOf(project)
  const sample = await app.client.projects.openSample()
  expect(sample).toMatchObject({
    name: 'pristine-sample',
    path: path.join(path.dirname(project.folder), 'pristine-sample'),
  })
  expect(await app.client.projects.definition({ project: sample.key })).toMatchObject({
    files: [{}, { file: '.devcontainer/compose.yaml' }, { file: 'Dockerfile' }],
    lock: { text: null },
  })
  const file = path.join(sample.path, 'server.js')
  await writeFile(file, '// mine')
  expect((await app.client.projects.openSample()).key).toBe(sample.key)
  expect(await readFile(file, 'utf8')).toBe('// mine')
})

test('each service has a state, a log, a terminal and a restart through the contract', async () => {
  const server = (name: string, more = '') =>
    `{image: "busybox:1.36", init: true, command: [sh, -c, "echo ${name} is up; exec sleep 1000"]${more}}`
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({
      dockerComposeFile: 'compose.yaml',
      service: 'web',
      workspaceFolder: '/',
      userEnvProbe: 'none',
    }),
    'compose.yaml': `services:
  web: ${server('web', ', depends_on: {db: {condition: service_started, restart: true}}')}
  db: ${server('db')}
  job: {image: "busybox:1.36", command: "true"}
`,
  })
  const { environment } = await project.up()
  await using app = await appOf(project)
  const { client } = app
  await using seen = new Seen(client)
  const { key, services } = await seen.until(({ state, drift }) => state === 'ready' && drift === 0)
  expect(services).toMatchObject([
    { name: 'web', entry: true, state: { kind: 'running' }, image: 'busybox:1.36', drift: 0 },
    { name: 'db', entry: false, state: { kind: 'running' } },
    { name: 'job', state: { kind: 'completed' } },
  ])

  const size = { columns: 80, rows: 24 }
  const { terminal } = await client.terminals.open({ project: key, size, service: 'db' })
  expect(await client.terminals.list({ project: key })).toEqual([{ terminal, service: 'db' }])
  await client.terminals.close({ terminal })
  for (const [service, code] of [
    ['mail', 'service-unknown'],
    ['job', 'service-not-running'],
  ] as const)
    expect(await failureOf(client.terminals.open({ project: key, size, service }))).toMatchObject({ code })
  const linesOf = async (count: number, service?: string) => {
    const lines: string[] = []
    for await (const batch of await client.logs.follow({
      project: key,
      tail: 10,
      ...(service && { service }),
    })) {
      lines.push(...batch.map((line) => `${line.service}: ${line.text}`))
      if (lines.length >= count) return lines
    }
    return lines
  }
  expect(await linesOf(1, 'db')).toEqual(['db: db is up'])
  expect(await linesOf(2)).toEqual(['db: db is up', 'web: web is up'])

  await docker()
    .getContainer(environment.containers[1]?.id ?? '')
    .kill()
  const broken = await seen.until(({ state }) => state === 'unhealthy')
  expect(broken.services[1]).toMatchObject({ name: 'db', state: { kind: 'exited', code: 137 } })
  const { operation } = await client.environment.restart({ project: key, service: 'db' })
  expect((await toEnd(client, key, operation)).at(-1)?.event).toMatchObject({ state: 'done' })
  await seen.until(({ state }) => state === 'ready')
  // What says so starts anew with it.
  expect(await linesOf(4)).toEqual(['db: db is up', 'web: web is up', 'db: db is up', 'web: web is up'])
})

test('a check that the engine has not run yet has passed, as Pristine saw, until the container is started again', async () => {
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({
      ...{ dockerComposeFile: 'compose.yaml', service: 'web', userEnvProbe: 'none' },
      customizations: { pristine: { health: { command: 'true', interval: '1h' } } },
    }),
    'compose.yaml': 'services: {web: {image: "busybox:1.36", command: [sleep, "1000"], init: true}}\n',
  })
  const up = await project.up()
  expect((await inspect(up)).State.Health?.Status).toBe('starting')
  await using app = await appOf(project)
  await using seen = new Seen(app.client)
  const isReady = ({ state, services }: ProjectSummary) => state === 'ready' && services.length > 0
  expect((await seen.until(isReady)).services).toMatchObject([{ health: { kind: 'healthy' } }])
  await docker()
    .getContainer(up.environment.containers[0]?.id ?? '')
    .restart({ t: 0 })
  // Whether it passes again is not known yet.
  await seen.until(({ state, services }) => state === 'starting' && services[0]?.health?.kind === 'starting')
})

test.each([
  ['hooks have run', { postStartCommand: 'true' }],
  ['check has passed', { customizations: { pristine: { health: { command: 'true', interval: '1h' } } } }],
] as [string, object][])(
  'a single container that was restarted outside is starting in the app, as in status, until its %s',
  async (_, json) => {
    await using project = await testProject(
      devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...json }),
    )
    const up = await project.up()
    await using app = await appOf(project)
    await using seen = new Seen(app.client)
    await seen.until(({ state }) => state === 'ready')
    await docker()
      .getContainer(up.environment.containers[0]?.id ?? '')
      .restart({ t: 0 })
    await seen.until(({ state }) => state === 'starting')
    expect(await project.status()).toMatchObject({ state: 'starting' })
    await project.up()
    await seen.until(({ state }) => state === 'ready')
  },
)

testOdd('what the app builds by itself can be cancelled, and what runs stays', async () => {
  const files = (line: string) => ({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
    '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN ${line}\n`,
  })
  await using project = await testProject(files('echo app-sixteen'))
  await project.up()
  await using app = await appOf(project)
  await using seen = new Seen(app.client)
  const { key } = await seen.until(({ watch }) => watch?.kind === 'following')
  await project.write(files('echo app-sixteen; sleep 600'))
  const { operation } = await seen.until((summary) => summary.operation?.kind === 'build')
  const id = operation?.id ?? ('' as never)
  await seen.until((summary) => (summary.operation?.steps.begun ?? 0) > 1)
  expect(await app.client.operations.cancel({ project: key, operation: id })).toBe(true)
  expect((await toEnd(app.client, key, id)).at(-1)?.event).toMatchObject({ state: 'cancelled' })
  const after = await seen.until(({ watch, operation }) => watch?.kind === 'failed' && operation === null)
  expect(after).toMatchObject({
    state: 'ready',
    version: { ordinal: 1 },
    watch: { error: { code: 'cancelled' } },
  })
  expect(await app.client.operations.cancel({ project: key, operation: id })).toBe(false)
})

testEven('what is asked is seen, granted and taken back through the contract', async () => {
  await using project = await testProject(devcontainer({ ...plain, runArgs: ['--pid=host'] }))
  await using app = await appOf(project)
  const { client } = app
  const { key } = await client.projects.open({ folder: project.folder })
  await using seen = new Seen(client)
  const refused = await toEnd(client, key, (await client.environment.up({ project: key })).operation)
  expect(refused.at(-1)?.event).toMatchObject({ state: 'failed', error: { code: 'not-trusted' } })
  await seen.until(({ needsTrust }) => needsTrust)

  const sheet = await client.trust.request({ project: key })
  const asked = [{ kind: 'namespace', namespace: 'pid', of: 'host' }]
  expect(sheet).toMatchObject({ granted: false, origin: 'folder', beyond: asked, asked })
  const other = client.trust.grant({ project: key, fingerprint: '0'.repeat(64) })
  expect(await failureOf(other)).toMatchObject({ code: 'trust-outdated' })
  const { fingerprint } = sheet
  expect(await client.trust.grant({ project: key, fingerprint })).toMatchObject({ granted: true, asked: [] })
  await seen.until(({ needsTrust }) => !needsTrust)
  await toEnd(client, key, (await client.environment.up({ project: key })).operation)
  await seen.until(({ state, operation }) => state === 'ready' && operation === null)

  expect(await client.trust.revoke({ project: key })).toMatchObject({ granted: false, asked })
  const reset = async (trust?: string) => {
    const { operation } = await client.environment.reset({ project: key, ...(trust && { trust }) })
    return (await toEnd(client, key, operation)).at(-1)?.event
  }
  expect(await reset()).toMatchObject({ error: { code: 'not-trusted', data: { fingerprint } } })
  expect(await reset(fingerprint)).toMatchObject({ state: 'done' })
})
