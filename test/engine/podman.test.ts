import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { connect } from '../../main/docker/connection/connect.ts'
import { containerEvents } from '../../main/docker/container-events.ts'
import type { Lock } from '../../shared/lock.ts'
import { ask } from '../crash/questions.ts'
import { Stage } from '../crash/stage.ts'
import type { EngineCall } from '../rig/engine-call.ts'
import { engineName } from '../rig/engine-name.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { type PodmanEngine, startPodmanEngine, whyNoPodman } from '../rig/podman-engine.ts'
import { unusedPort } from '../rig/port.ts'
import { publishIndex } from '../rig/publish-index.ts'
import { registryCalls } from '../rig/registry-log.ts'
import { retag } from '../rig/retag.ts'
import { rigVariables, runningRig } from '../rig/rig.ts'
import { halves } from '../sample.ts'
import { finish, pristine, start } from './command.ts'
import { docker, inspect, isRunning, thingsOf } from './docker.ts'
import { hasTerminal, onTerminal } from './on-terminal.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** The suite may run on a newer Podman already: then the stories are told on that one. */
const newest = engineName().startsWith('podman')
const because = whyNoPodman()
const title = because ? `skipped, because ${because}:` : ''

const plain = (more: object = {}) => devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...more })
const built = (dockerfile: string, more: object = {}) => ({
  ...devcontainer({ build: { dockerfile: 'Dockerfile', context: '..' }, userEnvProbe: 'none', ...more }),
  '.devcontainer/Dockerfile': dockerfile,
})
const mark = () => randomBytes(4).toString('hex')
const inMemory = 'target=/srv/memory,type=tmpfs'
const inVolume = 'source=data,target=/data,type=volume'

async function pinOf(project: TestProject, reference: string): Promise<string | undefined> {
  const text = await readFile(path.join(project.folder, '.devcontainer/pristine.lock'), 'utf8')
  return (JSON.parse(text) as Lock).images[reference]?.resolved.split('@')[1]
}

/** What a person does that wants an image for something else. */
async function pull(reference: string): Promise<void> {
  const progress = (await docker().pull(reference)) as Readable
  await once(progress.resume(), 'end')
}

/** The stories of the other files, on the other engine: docs/engines.md says where it differs. */
describe.skipIf(because)(`${title}on Podman`, () => {
  let podman: PodmanEngine | undefined
  let ofDocker: Record<string, string>
  const { DOCKER_HOST: before = '' } = process.env
  const target = () => podman?.dockerHost ?? before
  beforeAll(async () => {
    ofDocker = rigVariables(await runningRig('docker'))
    if (!newest) podman = await startPodmanEngine()
    process.env['DOCKER_HOST'] = target()
  })
  afterAll(async () => {
    process.env['DOCKER_HOST'] = before
    await podman?.[Symbol.asyncDispose]()
  })

  test('data begins empty, and is neither captured nor restored where its owners would be lost', async () => {
    await using project = await testProject(plain({ mounts: [inVolume] }))
    const { engine, folder } = project
    await project.up()
    await project.exec('echo kept > /data/file')
    await expect(engine.takeSnapshot(folder, {}, project.run())).rejects.toMatchObject({
      code: 'data-copy-unsupported',
    })
    expect((await project.exec('cat /data/file')).stdout).toBe('kept\n')
    await engine.reset(folder, { data: null }, project.run())
    expect((await project.exec('ls /data')).stdout).toBe('')
    expect(await engine.snapshots(folder)).toMatchObject([{ name: 'before-empty', present: true }])
  })
  test('doctor calls it by its name', async () => {
    await using project = await testProject({})
    const { code, stdout } = await pristine(project, 'doctor')
    expect(code).toBe(0)
    expect(stdout).toMatch(/✓ {2}unix:\S+ +Podman \S+, without BuildKit · used/)
  })

  test('processes are listed with the numbers and names that they have inside', async () => {
    await using project = await testProject(plain({ overrideCommand: true, containerUser: 'www-data' }))
    await project.up()
    await project.exec('sleep 98765 >/dev/null 2>&1 &')
    const [app] = await project.engine.top(project.folder, { signal: project.run().signal })
    const [cpu, memory] = [expect.any(Number), expect.any(Number)]
    expect(app?.processes).toContainEqual(expect.objectContaining({ pid: 1, user: 'www-data' }))
    expect(app?.processes).toContainEqual({
      ...{ pid: expect.any(Number), user: 'www-data', cpu, memory },
      command: 'sleep 98765',
    })
    expect(app?.variables).toContainEqual({ name: 'container', value: 'podman' })
  })

  test('an environment is built and run; an edit of its lockfile makes v2 with its reason; a reset goes back', async () => {
    await using project = await testProject({
      ...built('FROM busybox:1.36\nCOPY package-lock.json /srv/\n', { mounts: [inVolume, inMemory] }),
      'package-lock.json': '1\n',
    })
    const first = await project.up()
    expect(first).toMatchObject({ action: 'built', version: { ordinal: 1 }, environment: { state: 'ready' } })
    expect(project.events.filter((event) => event.kind === 'step' && event.name.includes('LABEL'))).toEqual(
      [],
    )
    expect(await project.up()).toMatchObject({ action: 'none', environment: first.environment })
    expect(await project.status()).toMatchObject({ state: 'ready', drift: { changes: 0 } })
    await using onDocker = await testProject(project.folder, { env: ofDocker })
    expect((await onDocker.plan()).version.id).toBe(first.version.id)

    await project.exec('echo kept >/data/row; echo mess >/etc/mess')
    expect(await project.engine.drift(project.folder)).toMatchObject({
      drift: { changes: 1, files: [], configuration: [{ path: '/etc/mess', kind: 'added' }] },
    })
    await project.write({ 'package-lock.json': '2\n' })
    expect(await project.up()).toMatchObject({
      action: 'built',
      version: { ordinal: 2 },
      because: [{ input: 'package-lock.json' }],
    })
    expect(await project.reset('v1')).toMatchObject({ action: 'recreated', version: first.version })
    expect((await project.exec('cat /srv/package-lock.json /data/row; ls /etc/mess')).stdout).toBe(
      '1\nkept\n',
    )

    const { engine, folder } = project
    await engine.restart(folder, project.run())
    expect(await engine.stop(folder, project.run())).toMatchObject({ state: 'stopped', ports: [] })
    expect((await project.status()).state).toBe('stopped')
    expect((await pristine(project, 'versions', '--disk')).stdout).toMatch(/^v2 +\S+ +size unknown {2}/)
    expect(await project.up()).toMatchObject({ action: 'recreated', version: { ordinal: 2 } })
    expect((await engine.clean(folder, { apply: true }, project.run())).versions).toEqual([])
    const key = await project.key()
    expect(await thingsOf(key)).toMatchObject({ containers: [{}], tags: { length: 5 }, volumes: [{}] })
    await engine.remove(folder, { data: true, versions: true })
    expect(await thingsOf(key)).toEqual({ containers: [], tags: [], volumes: [] })
  })

  testEven(
    "a pin is the digest of the registry's tag, the index of all platforms; the engine's own tag stays",
    async () => {
      const name = `podman-${mark()}`
      const reference = `${name}:1`
      for (const turn of ['a', 'b', 'c']) await retag('busybox:1.36', `${name}:${turn}`, { turn })
      const old = await publishIndex(reference, { amd64: 'a', arm64: 'a' })
      await using project = await testProject(plain({ image: reference }))
      const { engine, folder } = project
      await project.up()
      expect(await pinOf(project, reference)).toBe(old)
      await expect(docker().getImage(reference).inspect()).rejects.toMatchObject({ statusCode: 404 })
      await pull(reference)
      const pulled = (await docker().getImage(reference).inspect()).Id

      // This platform's image is the same.
      const moved = await publishIndex(reference, { amd64: 'a', arm64: 'b' })
      expect(await engine.outdated(folder, undefined, project.run())).toMatchObject([
        { outdated: true, latest: expect.stringContaining(moved) },
      ])
      await engine.lock(folder, { update: true }, project.run())
      expect(await pinOf(project, reference)).toBe(moved)
      const single = await retag(`${name}:c`, reference)
      await engine.lock(folder, { update: true }, project.run())
      expect(await pinOf(project, reference)).toBe(single)
      expect((await docker().getImage(reference).inspect()).Id).toBe(pulled)

      await project.up()
      const asked = await registryCalls(name)
      await project.reset('v1')
      await project.up()
      expect(await registryCalls(name)).toBe(asked)
      await project.write(plain({ image: `${name}:nothing` }))
      await expect(project.up()).rejects.toMatchObject({ code: 'reference-unknown' })
    },
  )

  test('a tag that moves while it is pulled, or a registry that says no more, is reported; no name stays', async () => {
    const name = `podman-${mark()}`
    const reference = `${name}:1`
    for (const turn of ['a', 'b']) await retag('busybox:1.36', `${name}:${turn}`, { turn })
    await publishIndex(reference, { amd64: 'a', arm64: 'a' })
    await using proxy = await startEngineProxy({ target: target() })
    await using project = await testProject(plain({ image: reference }))
    project.env['DOCKER_HOST'] = proxy.address
    const asks = ({ path }: EngineCall) => path.includes('/libpod/manifests/')
    const held = proxy.at(asks, 'before', { kind: 'hold' })
    const failing = expect(project.up()).rejects.toMatchObject({
      code: 'registry-unreachable',
      data: { problem: 'the tag moved while it was pulled' },
    })
    const { release } = await held
    await publishIndex(reference, { amd64: 'b', arm64: 'a' })
    release()
    await failing
    void proxy.at(asks, 'before', { kind: 'refuse', status: 404, message: 'reading manifest: unauthorized' })
    await expect(project.up()).rejects.toMatchObject({ code: 'reference-unknown' })
    await expect(docker().getImage(reference).inspect()).rejects.toMatchObject({ statusCode: 404 })

    // Two digests, and nobody to say which is the index: neither is pinned.
    await pull(reference)
    const pulls = ({ path }: EngineCall) => path.startsWith('/images/create')
    void proxy.at(pulls, 'before', { kind: 'refuse', status: 500, message: 'connection refused' })
    await expect(project.up()).rejects.toMatchObject({ code: 'registry-unreachable' })
  })

  test('a failing instruction is reported with its line, its stage and its output; what ran goes on', async () => {
    await using project = await testProject(plain())
    const first = await project.up()
    const lines = ['FROM busybox:1.36 AS one', 'ARG FAIL=', 'RUN echo so; [ -z "$FAIL" ]']
    const second = ['FROM busybox:1.36', 'ARG FAIL=yes', 'RUN echo so; [ -z "$FAIL" ]']
    await project.write(built([...lines, ...second, 'COPY --from=one /bin/true /one', ''].join('\n')))
    await expect(project.up()).rejects.toMatchObject({
      code: 'build-failed',
      data: { file: '.devcontainer/Dockerfile', line: 6, problem: 'exit code: 1', output: ['so'] },
    })
    await project.write(built('FROM busybox:1.36\n\nCOPY missing.txt /\n'))
    await expect(project.up()).rejects.toMatchObject({
      code: 'build-failed',
      data: { line: 3, problem: expect.stringMatching(/^the build context has no "missing\.txt"/) },
    })
    await project.write(built('FROM busybox:1.36\nRUN <<END\necho in it\nfalse\nEND\n'))
    await expect(project.up()).rejects.toMatchObject({
      code: 'build-failed',
      data: newest
        ? { line: 2, problem: 'exit code: 1', output: ['in it'] }
        : { line: 3, problem: expect.stringMatching(/^the builder of this engine knows no here-documents/) },
    })
    expect((await project.status()).environment).toEqual(first.environment)
  })

  test('what Podman needs for process 1, and is not there, is named', async () => {
    await using proxy = await startEngineProxy({ target: target() })
    await using project = await testProject(plain(), { env: { DOCKER_HOST: proxy.address } })
    const message =
      'container create: container-init binary not found on the host: faccessat /usr/libexec/podman/catatonit: no such file or directory'
    const creates = ({ path }: EngineCall) => path.startsWith('/containers/create')
    void proxy.at(creates, 'before', { kind: 'refuse', status: 500, message })
    await expect(project.up()).rejects.toMatchObject({
      code: 'engine-without-init',
      hint: expect.stringContaining('apt-get install catatonit'),
    })
  })

  testOdd("a baked image keeps its base's configuration", async () => {
    const dockerfile = [
      'FROM busybox:1.36',
      'USER 1000',
      'ENV KEPT=yes',
      'HEALTHCHECK --interval=7s --retries=2 CMD true',
      'ENTRYPOINT ["/bin/sh", "-c"]',
      'CMD ["echo \\"it\'s $KEPT\\"; exec sleep 1000"]',
      '',
    ]
    const more = {
      overrideCommand: false,
      onCreateCommand: `echo ${mark()} >/tmp/baked; mkdir made; echo made >made/file`,
    }
    await using project = await testProject(built(dockerfile.join('\n'), more))
    const up = await project.up()
    const { Config } = await inspect(up)
    expect(Config).toMatchObject({
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['echo "it\'s $KEPT"; exec sleep 1000'],
      User: '1000',
      Healthcheck: {
        Test: newest ? ['CMD-SHELL', 'true'] : ['CMD', '/bin/sh', '-c', 'true'],
        Interval: 7e9,
        Retries: 2,
      },
    })
    expect(await project.exists('/tmp/baked')).toBe(true)
    // What it made in the workspace is its user's.
    expect((await project.exec('cat made/file && echo more >made/file')).stdout).toBe('made\n')
    const { stdout } = await pristine(project, 'logs')
    expect(stdout).toContain("it's yes")
    const { Labels } = (await docker().getImage(up.version.image).inspect()).Config
    expect(Labels).toMatchObject({ 'dev.pristine.role': 'version', 'dev.pristine.project': '' })
  })

  test('commands run with their variables and give their code; a shell has a terminal that follows a resize', async () => {
    await using project = await testProject(
      built('FROM busybox:1.36\nENV IN_IMAGE=yes\n', { remoteEnv: { MORE: 'more', IN_IMAGE: null } }),
    )
    await project.up()
    const told = await project.exec('echo "$MORE|$IN_IMAGE"; echo oops >&2; exit 7')
    expect(told).toEqual({ code: 7, stdout: 'more|\n', stderr: 'oops\n' })
    expect(await project.exec('exec no-such-command')).toMatchObject({ code: 127 })
    if (!hasTerminal) return
    const size = (wanted: string) =>
      `until [ "$(stty size)" = "${wanted}" ]; do sleep 0.05; done; echo seen $(stty size)\\r`
    const { code, stdout } = await onTerminal(
      project,
      ['shell'],
      [
        ['# ', size('40 100')],
        ['seen 40 100', '@resize'],
        ['# ', size('50 120')],
        ['seen 50 120', 'exit 6\\r'],
      ],
    )
    expect(stdout).toContain('seen 50 120')
    expect(code).toBe(6)
  })

  testEven('a forwarded port is reached on 127.0.0.1, after a reset too', async () => {
    const port = await unusedPort()
    const serve = `mkdir -p /www && echo served >/www/index.html && httpd -p ${port} -h /www`
    await using project = await testProject(plain({ forwardPorts: [port], postStartCommand: serve }))
    const published = [{ container: port, host: port, address: '127.0.0.1' }]
    expect((await project.up()).environment.ports).toMatchObject(published)
    expect((await project.reset()).environment.ports).toMatchObject(published)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('served\n')
  })

  testOdd('what somebody paused stops on a word, and what is about to stop runs again', async () => {
    const stubborn = 'FROM busybox:1.36\nCMD ["sh", "-c", "trap \'\' TERM; while :; do sleep 1; done"]\n'
    const runArgs = ['--stop-timeout=1']
    await using project = await testProject(built(stubborn, { overrideCommand: false, runArgs }))
    const { environment } = await project.up()
    const container = docker().getContainer(environment.containers[0]?.id ?? '')
    const stopping = container.stop({ t: 1 }).catch(() => {})
    // Podman 5 answers no question about a container while it stops it.
    const state = newest ? 'exited' : 'stopping'
    await vi.waitFor(async () => expect((await container.inspect()).State.Status).toBe(state), 5_000)
    expect(await project.up()).toMatchObject({ environment: { state: 'ready' } })
    await stopping
    expect(await isRunning(container.id)).toBe(true)
    await container.pause()
    expect((await project.status()).state).toBe('paused')
    expect(await project.engine.stop(project.folder, project.run())).toMatchObject({ state: 'stopped' })
  })

  testEven('a command that is killed in a swap is finished or undone by the next one', async () => {
    const definition = (version: number) => ({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      containerEnv: { VERSION: String(version) },
      mounts: [inVolume],
    })
    const story = { name: 'swap', command: ['up'], before: [definition(1)], definition: definition(2) }
    await using stage = await Stage.open(story)
    await using proxy = await startEngineProxy({ target: target() })
    const reached = proxy.at(({ path }) => path === '/containers/#/start', 'after', { kind: 'hold' })
    const child = start(stage.project, ['up', '--json'], { DOCKER_HOST: proxy.address })
    const { call } = await reached
    child.kill('SIGKILL')
    const struck = { call, ...(await finish(child)) }
    expect((await ask(stage, struck, 'kill', 'up')).wrong).toEqual([])
  })

  test('a change is followed while a watch runs, and events name containers', async () => {
    await using project = await testProject(plain())
    const up = await project.up()
    await using watching = new Watching(project)
    await watching.until('following')
    await project.write(plain({ containerEnv: { LEVEL: '2' } }))
    await watching.until('swapped')
    expect((await project.exec('echo $LEVEL')).stdout).toBe('2\n')
    expect(await isRunning(up.environment.containers[0]?.id ?? '')).toBe(false)

    const keys: string[] = []
    const listening = new AbortController()
    const engine = await connect(project.env)
    const events = containerEvents(engine, (key) => keys.push(key), listening.signal)
    const key = await project.key()
    await vi.waitFor(async () => {
      await docker()
        .getContainer((await project.status()).environment.containers[0]?.id ?? '')
        .restart({ t: 0 })
      expect(keys).toContain(key)
    }, 10_000)
    listening.abort()
    await events
  })
})
