import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { connect } from '../../main/docker/connection/connect.ts'

/** A folder that goes with the test. */
async function folder() {
  const at = await mkdtemp(path.join(tmpdir(), 'pristine-connect-'))
  return { at, [Symbol.asyncDispose]: () => rm(at, { recursive: true, force: true }) }
}

/** Something that listens where an engine is looked for. */
async function listening(where: string | 0, answer: RequestListener) {
  const server = createServer(answer).listen(where)
  await once(server, 'listening')
  const address = server.address()
  const dockerHost = typeof address === 'string' ? `unix://${address}` : `tcp://127.0.0.1:${address?.port}`
  return {
    dockerHost,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'

test('an engine that answers is connected to, and its builder is known', async () => {
  const engine = await connect({ DOCKER_HOST: host })
  expect(engine).toMatchObject({ address: host, local: true, buildkit: true })
  expect(await engine.docker.ping()).toBeTruthy()
})

test('a socket that is not there is a missing engine, with what was tried', async () => {
  await expect(connect({ DOCKER_HOST: 'unix:///nowhere/docker.sock' })).rejects.toMatchObject({
    code: 'engine-missing',
    data: { tried: ['unix:///nowhere/docker.sock'] },
    exit: 4,
  })
})

test('without a choice the usual places are tried', async () => {
  await using home = await folder()
  const failure = await connect({ HOME: home.at, XDG_RUNTIME_DIR: home.at }).catch((error: unknown) => error)
  // An engine of this machine may stand in a usual place.
  if (failure instanceof Error) {
    expect(failure).toMatchObject({ code: 'engine-missing' })
    expect((failure as Error & { data: { tried: string[] } }).data.tried).toContain(
      `unix://${home.at}/docker.sock`,
    )
  }
})

test('an engine that refuses is forbidden, not missing', async () => {
  await using refusing = await listening(0, (_, response) => response.writeHead(403).end('no'))
  await expect(connect({ DOCKER_HOST: refusing.dockerHost })).rejects.toMatchObject({
    code: 'engine-forbidden',
    data: { address: refusing.dockerHost },
  })
})

/** Root may open everything: until this is disposed, the process is nobody instead. */
function asNobody(): Disposable {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  return { [Symbol.dispose]: () => isRoot && process.seteuid?.(0) }
}

test('a socket that this person may not open is forbidden', async () => {
  await using home = await folder()
  const socket = path.join(home.at, 'docker.sock')
  await using _server = await listening(socket, (_, response) => response.end())
  await Promise.all([chmod(home.at, 0o755), chmod(socket, 0)])
  using _nobody = asNobody()
  await expect(connect({ DOCKER_HOST: `unix://${socket}` })).rejects.toMatchObject({
    code: 'engine-forbidden',
  })
})

test('something else that answers is named with its answer', async () => {
  await using other = await listening(0, (_, response) => response.end('Welcome to nginx!\n'))
  await expect(connect({ DOCKER_HOST: other.dockerHost })).rejects.toMatchObject({
    code: 'engine-not-docker',
    data: { answer: 'HTTP 200: Welcome to nginx!' },
  })
})

test('a plain file where the socket should be is a missing engine', async () => {
  await using home = await folder()
  await writeFile(path.join(home.at, 'docker.sock'), '')
  await expect(connect({ DOCKER_HOST: `unix://${home.at}/docker.sock` })).rejects.toMatchObject({
    code: 'engine-missing',
  })
})

test('an engine that hangs is given up on', async () => {
  await using hanging = await listening(0, () => {})
  await expect(connect({ DOCKER_HOST: hanging.dockerHost })).rejects.toMatchObject({
    code: 'engine-unreachable',
    data: { problem: expect.stringContaining('no answer within') },
  })
})

test.each([
  'ssh://-oProxyCommand=x',
  'ssh://a:b@example.org',
  'ssh://example.org/x',
  'nonsense',
  'ftp://example.org',
])('the address %s is not supported', async (text) => {
  await expect(connect({ DOCKER_HOST: text })).rejects.toMatchObject({ code: 'engine-unsupported' })
})

test.each([
  ['/var/run/docker.sock', 'perhaps unix:///var/run/docker.sock is meant'],
  ['unix://var/run/docker.sock', 'perhaps unix:///var/run/docker.sock is meant'],
  ['unix:/var/run/docker.sock', 'perhaps unix:///var/run/docker.sock is meant'],
  ['localhost:2375', 'perhaps tcp://localhost:2375 is meant'],
  ['http://10.0.0.5:2375/', 'perhaps tcp://10.0.0.5:2375 is meant'],
  ['unix://', 'its form is not known'],
  ['docker', 'its form is not known'],
])('of the address %s it is said what may be meant: %s', async (text, why) => {
  await expect(connect({ DOCKER_HOST: text })).rejects.toMatchObject({
    code: 'engine-unsupported',
    why,
    hint: expect.stringContaining('DOCKER_HOST'),
  })
})

test('the current Docker context is the choice, and DOCKER_HOST goes before it', async () => {
  await using home = await folder()
  const meta = path.join(home.at, 'contexts', 'meta', createHash('sha256').update('rig').digest('hex'))
  await mkdir(meta, { recursive: true })
  await writeFile(path.join(home.at, 'config.json'), JSON.stringify({ currentContext: 'rig' }))
  await writeFile(
    path.join(meta, 'meta.json'),
    JSON.stringify({ Name: 'rig', Endpoints: { docker: { Host: host } } }),
  )
  expect(await connect({ DOCKER_CONFIG: home.at })).toMatchObject({ address: host })
  await expect(connect({ DOCKER_CONFIG: home.at, DOCKER_HOST: 'unix:///nowhere' })).rejects.toMatchObject({
    code: 'engine-missing',
  })
  await expect(connect({ DOCKER_CONFIG: home.at, DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
    code: 'engine-unsupported',
    data: { address: 'context "gone"' },
  })
})
