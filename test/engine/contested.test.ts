import { expect, test, vi } from 'vitest'
import type { EngineCall } from '../rig/engine-call.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { docker, isRunning, thingsOf } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

/** A program that ends at once where another one writes. */
const writer = (place: string): string =>
  `[sh, -c, 'exec 9>${place}/lock; flock -n 9 || { echo two writers; exit 1; }; trap "exit 0" TERM; sleep 1000 & wait']`

/** A database in a folder of the project, and one in a volume of somebody else's where its image declares one. */
const stack = (volume: string, greeting: string) => ({
  '.devcontainer.json': JSON.stringify({
    dockerComposeFile: 'compose.yaml',
    service: 'web',
    workspaceFolder: '/app',
    userEnvProbe: 'none',
    postCreateCommand: 'sleep 0.5; test $GREETING != broken',
  }),
  'data/.keep': '',
  Dockerfile: 'FROM debian:bookworm-slim\nVOLUME /theirs\n',
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    command: [sh, -c, 'trap "exit 0" TERM; sleep 1000 & wait']
    environment: {GREETING: ${greeting}}
    volumes: [".:/app"]
    depends_on: [folder, theirs]
  folder:
    image: debian:bookworm-slim
    command: ${writer('/data')}
    volumes: ["./data:/data"]
  theirs:
    build: .
    command: ${writer('/theirs')}
    volumes: ["theirs:/theirs"]
volumes: {theirs: {external: true, name: ${volume}}}
`,
})

test('a folder and a volume of somebody else have one writer at a time, also where the engine removes nothing', async () => {
  const volume = `theirs-${process.pid}-${Date.now()}`
  await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
  /** Lets the engine refuse to remove and then to stop three containers. */
  const refuse = (): void => {
    const from = proxy.calls().length
    const isRemoval = ({ method, path }: EngineCall) => method === 'DELETE' && path === '/containers/#'
    const isStop = ({ path }: EngineCall) =>
      path === '/containers/#/stop' && proxy.calls().slice(from).some(isRemoval)
    const refusal = { kind: 'refuse', status: 500, message: 'device or resource busy' } as const
    for (const call of [isRemoval, isStop])
      for (let at = 0; at < 3; at++) void proxy.at(call, 'before', refusal)
  }
  try {
    await using project = await testProject(stack(volume, 'hello'), { env: { DOCKER_HOST: proxy.address } })
    await project.grant()
    // An engine would make an empty one.
    await expect(project.up()).rejects.toMatchObject({
      code: 'external-missing',
      message: `The volume ${volume} is not on the engine.`,
    })
    await docker().createVolume({ Name: volume })
    const first = await project.up()
    const ids = first.environment.containers.map(({ id }) => id)
    const areRunning = () => Promise.all(ids.map(isRunning))

    await project.write(stack(volume, 'broken'))
    refuse()
    await expect(project.up()).rejects.toMatchObject({
      code: 'not-restored',
      why: expect.stringContaining('device or resource busy'),
    })
    // The old one in which a person works served all the time: the project's folder is no data of one container.
    expect(await areRunning()).toEqual([true, false, false])
    // What is left keeps nobody from looking, nor from stopping the rest.
    refuse()
    expect((await project.status()).environment.containers[0]?.id).toBe(ids[0])
    expect(await areRunning()).toEqual([true, false, false])

    // Once the engine removes the new ones, the old ones run again.
    await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
    expect(await areRunning()).toEqual([true, true, true])
    await project.write(stack(volume, 'again'))
    expect(await project.up()).toMatchObject({ environment: { state: 'ready' } })
    expect((await project.exec('echo $GREETING; ls /app/data')).stdout).toBe('again\nlock\n')
  } finally {
    await docker()
      .getVolume(volume)
      .remove({ force: true })
      .catch(() => {})
  }
})

test('a container that the engine creates after a cancellation goes with the next command', async () => {
  await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
  const definition = { image: 'busybox:1.36', userEnvProbe: 'none' }
  await using project = await testProject(devcontainer(definition), { env: { DOCKER_HOST: proxy.address } })
  await project.up()
  const containers = async () => (await thingsOf(await project.key())).containers.length
  await project.write(devcontainer({ ...definition, containerEnv: { N: '2' } }))
  const held = proxy.at(({ path }) => path === '/containers/create', 'before', { kind: 'hold' })
  const cancel = new AbortController()
  const failed = expect(project.up({ signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' })
  const { release } = await held
  cancel.abort()
  await failed
  release()
  await vi.waitFor(async () => expect(await containers()).toBe(2), 10_000)
  await project.status()
  expect(await containers()).toBe(1)
})
