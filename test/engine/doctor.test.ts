import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { installEngine } from '../../main/doctor/install-engine.ts'
import { startEngine } from '../../main/doctor/start-engine.ts'
import { streamCommands } from '../../main/doctor/stream-commands.ts'
import type { System } from '../../main/doctor/system.ts'
import { openHost } from '../../main/host/host.ts'
import { changeSettings } from '../../main/store/settings.ts'
import type { OperationEvent } from '../../shared/operation.ts'
import { whyBorrowed } from '../rig/borrowed-engine.ts'
import { unusedPort } from '../rig/port.ts'
import { startPrivateEngine } from '../rig/private-engine.ts'
import { pristine } from './command.ts'
import { devcontainer, testProject } from './test-project.ts'

const CERTIFICATES = path.join(import.meta.dirname, '../fixtures/tls')
const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'

/** A folder that goes with the test, with a socket that refuses. */
async function folder() {
  const at = await mkdtemp(path.join(tmpdir(), 'pristine-doctor-'))
  return { at, [Symbol.asyncDispose]: () => rm(at, { recursive: true, force: true }) }
}

/** Adds a Docker context to a Docker client's configuration, with the tests' certificates. */
async function addContext(config: string, name: string, address: string): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex')
  const meta = path.join(config, 'contexts/meta', id)
  await mkdir(meta, { recursive: true })
  const text = JSON.stringify({ Name: name, Endpoints: { docker: { Host: address } } })
  await writeFile(path.join(meta, 'meta.json'), text)
  const tls = path.join(config, 'contexts/tls', id, 'docker')
  await mkdir(tls, { recursive: true })
  const files = { 'ca.pem': 'ca.pem', 'client-cert.pem': 'cert.pem', 'client-key.pem': 'key.pem' }
  for (const [from, to] of Object.entries(files)) {
    await cp(path.join(CERTIFICATES, from), path.join(tls, to))
  }
}

test('doctor lists every place, what is there, which is used, and ends well', async () => {
  await using project = await testProject({})
  await addContext(path.join(project.folder, 'docker'), 'nowhere', 'unix:///nowhere/docker.sock')
  project.env['DOCKER_CONFIG'] = path.join(project.folder, 'docker')
  const { code, stdout } = await pristine(project, 'doctor', '--json')
  expect(code).toBe(0)
  const found = JSON.parse(stdout)
  expect(found).toMatchObject({ schemaVersion: 1, remedies: [], install: [], git: expect.any(String) })
  expect(found.places.slice(0, 2)).toEqual([
    {
      address: host,
      from: 'DOCKER_HOST',
      context: null,
      chosen: true,
      found: { kind: 'engine', name: 'Docker', version: expect.any(String), buildkit: true },
    },
    {
      address: 'unix:///nowhere/docker.sock',
      from: 'context',
      context: 'nowhere',
      chosen: false,
      found: { kind: 'nothing' },
    },
  ])
  expect((await pristine(project, 'doctor')).stdout).toMatch(/✓ {2}unix:\S+ +Docker \S+ · used/)
})

test('where no engine can be used doctor says what was found instead, and what to do', async () => {
  await using project = await testProject({})
  const other = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  project.env['DOCKER_HOST'] = `tcp://127.0.0.1:${typeof address === 'object' && address?.port}`
  const { code, stdout } = await pristine(project, 'doctor', '--json')
  other.close()
  expect(code).toBe(4)
  const { places, remedies } = JSON.parse(stdout)
  expect(places[0]).toMatchObject({
    chosen: true,
    found: { kind: 'other', problem: 'not a Docker engine: not HTTP' },
  })
  expect(remedies[0]).toEqual({ text: expect.any(String), command: 'unset DOCKER_HOST' })
  // Nobody is there to be asked.
  const refused = await pristine(project, 'doctor', '--install', '--no-input')
  expect(refused.code).not.toBe(0)
})

const because = whyBorrowed()
test.skipIf(because)(
  `${because ? `skipped, because ${because}: ` : ''}a second engine behind TLS is chosen as a Docker context, remembered, and used`,
  async () => {
    const port = await unusedPort()
    await using _engine = await startPrivateEngine(undefined, { tls: port })
    await using project = await testProject(
      {
        ...devcontainer({
          build: { dockerfile: 'Dockerfile' },
          userEnvProbe: 'none',
          secrets: { TOKEN: {} },
        }),
        '.devcontainer/Dockerfile':
          'FROM busybox:1.36\nRUN --mount=type=secret,id=TOKEN,required wc -c < /run/secrets/TOKEN > /length\n',
      },
      { env: { PRISTINE_SECRET_TOKEN: 'canary' } },
    )
    await project.grant()
    const config = path.join(project.folder, '../docker')
    await addContext(config, 'second', `tcp://127.0.0.1:${port}`)
    project.env['DOCKER_CONFIG'] = config
    const own = openHost(project.env)
    await changeSettings(own.home, { engine: 'context:second' })
    const { places } = JSON.parse((await pristine(project, 'doctor', '--json')).stdout)
    expect(places[0]).toMatchObject({
      address: `tcp://127.0.0.1:${port}`,
      from: 'settings',
      chosen: true,
      found: { kind: 'engine' },
    })
    const up = JSON.parse((await pristine(project, 'up', '--json')).stdout)
    expect(up).toMatchObject({ action: 'built', environment: { state: 'ready' } })
    expect((await pristine(project, 'exec', '--', 'cat', '/length')).stdout).toBe('6\n')
    expect(JSON.parse((await pristine(project, 'reset', '--json')).stdout)).toMatchObject({
      action: 'recreated',
    })
    await pristine(project, 'rm', '--data', '--versions')
    // Without a certificate it lets nobody in.
    await changeSettings(own.home, { engine: `tcp://127.0.0.1:${port}` })
    expect((await pristine(project, 'status')).code).toBe(4)
  },
)

const DEBIAN = {
  platform: 'linux',
  families: ['debian'],
  systemd: false,
  root: true,
  user: 'root',
  ownDocker: false,
  has: new Set(['apt-get']),
} satisfies System

/** Programs that stand in for those that would install an engine on the computer of whoever runs this. */
async function programs(at: string, service: string): Promise<Record<string, string | undefined>> {
  const bin = path.join(at, 'bin')
  await mkdir(bin)
  const log = `echo "$0 $*" | sed 's:.*/::' >> ${at}/log`
  for (const [name, text] of Object.entries({ 'apt-get': 'echo Setting up docker.io', service })) {
    await writeFile(path.join(bin, name), `#!/bin/sh\n${log}\n${text}\n`)
    await chmod(path.join(bin, name), 0o755)
  }
  return {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: at,
    PRISTINE_HOME: path.join(at, 'home'),
    DOCKER_HOST: `unix://${at}/docker.sock`,
  }
}

test('an engine is installed with the commands that were shown, and waited for', async () => {
  await using own = await folder()
  const env = await programs(
    own.at,
    `(sleep 1; ln -s ${host.slice('unix://'.length)} ${own.at}/docker.sock) &`,
  )
  const events: OperationEvent[] = []
  const run = { signal: new AbortController().signal, report: (event: OperationEvent) => events.push(event) }
  await installEngine(openHost(env), false, run, Promise.resolve(DEBIAN))
  expect(await readFile(path.join(own.at, 'log'), 'utf8')).toBe(
    'apt-get update\napt-get install -y docker.io\nservice docker start\n',
  )
  expect(events).toContainEqual({ kind: 'log', step: 'apt-get update', text: 'Setting up docker.io' })
})

test('an installation that fails says what failed and what it printed', async () => {
  await using own = await folder()
  const env = await programs(own.at, 'echo no such service >&2; exit 3')
  const run = { signal: new AbortController().signal, report: () => {} }
  const failed = installEngine(openHost(env), false, run, Promise.resolve(DEBIAN))
  await expect(failed).rejects.toMatchObject({
    code: 'install-failed',
    message: '"service docker start" failed.',
    why: 'it ended with code 3\nno such service',
  })
})

test('an installation is cancelled between its commands', async () => {
  await using own = await folder()
  const env = await programs(own.at, 'true')
  const controller = new AbortController()
  const run = { signal: controller.signal, report: () => controller.abort() }
  const cancelled = installEngine(openHost(env), false, run, Promise.resolve(DEBIAN))
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  expect(await readFile(path.join(own.at, 'log'), 'utf8')).toBe('apt-get update\n')
})

const streamInstall = (env: Record<string, string | undefined>) =>
  streamCommands(new AbortController().signal, (run) =>
    installEngine(openHost(env), false, run, Promise.resolve(DEBIAN)),
  )

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = []
  for await (const event of stream) seen.push(event)
  return seen
}

test('a window sees an installation as a stream; closing it ends it before the next command', async () => {
  await using own = await folder()
  const env = await programs(own.at, `ln -s ${host.slice('unix://'.length)} ${own.at}/docker.sock`)
  const seen = await all(streamInstall(env))
  expect(seen).toEqual([
    { kind: 'command', command: 'apt-get update' },
    { kind: 'line', text: 'Setting up docker.io' },
    { kind: 'command', command: 'apt-get install -y docker.io' },
    { kind: 'line', text: 'Setting up docker.io' },
    { kind: 'command', command: 'service docker start' },
  ])

  await rm(path.join(own.at, 'log'))
  for await (const _ of streamInstall(env)) break
  await expect.poll(() => readFile(path.join(own.at, 'log'), 'utf8')).toBe('apt-get update\n')
})

test('a stream of an installation that fails ends with its error', async () => {
  await using own = await folder()
  const env = await programs(own.at, 'exit 3')
  const failed = all(streamInstall(env))
  await expect(failed).rejects.toMatchObject({ code: 'install-failed' })
})

test('where Pristine does not know how, nothing is installed', async () => {
  await using own = await folder()
  const env = await programs(own.at, 'true')
  const run = { signal: new AbortController().signal, report: () => {} }
  const system = Promise.resolve({ ...DEBIAN, families: ['fedora'] })
  await expect(installEngine(openHost(env), false, run, system)).rejects.toMatchObject({
    code: 'install-unsupported',
  })
})

const ROOTLESS = {
  ...DEBIAN,
  systemd: true,
  root: false,
  user: 'ada',
  ownDocker: true,
  has: new Set(['dockerd']),
} satisfies System

/** Puts a program that stands in for systemctl where `programs` puts its own. */
async function systemctl(at: string, text: string): Promise<Record<string, string | undefined>> {
  const env = await programs(at, 'true')
  const file = path.join(at, 'bin/systemctl')
  await writeFile(file, `#!/bin/sh\necho "systemctl $*" >> ${at}/log\n${text}\n`)
  await chmod(file, 0o755)
  return env
}

test("a person's own engine is started with one command, and waited for", async () => {
  await using own = await folder()
  const env = await systemctl(
    own.at,
    `echo Started docker.service; (sleep 1; ln -s ${host.slice('unix://'.length)} ${own.at}/docker.sock) &`,
  )
  const seen = await all(
    streamCommands(new AbortController().signal, (run) =>
      startEngine(openHost(env), run, Promise.resolve(ROOTLESS)),
    ),
  )
  expect(seen).toEqual([
    { kind: 'command', command: 'systemctl --user start docker' },
    { kind: 'line', text: 'Started docker.service' },
  ])
  expect(await readFile(path.join(own.at, 'log'), 'utf8')).toBe('systemctl --user start docker\n')
})
