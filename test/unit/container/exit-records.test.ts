import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import Docker from 'dockerode'
import { expect, test } from 'vitest'
import type { EnvironmentContainer } from '../../../main/container/environment-container.ts'
import { readEnds } from '../../../main/container/exit-records.ts'
import { settledFacts } from '../../../main/container/read-environment.ts'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { productError } from '../../../shared/errors.ts'
import { scratch } from '../inputs/scratch.ts'
import { environmentContainer } from './environment-container.ts'

const none = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
const finishedAt = '2026-01-02T03:04:05Z'
const web = environmentContainer('web', { service: 'web', set: 'set', entry: 'web', isEntry: true })
const ended = (more: Partial<EnvironmentContainer> = {}) => {
  const of = { service: 'worker', set: 'set', entry: 'web', isEntry: false }
  return environmentContainer('worker', { ...of, running: false, exitCode: 0, finishedAt, ...more })
}
const history = { versions: [], containers: ['web', 'worker'], completed: [] }

test('what is known of the end of a service stays known when the engine has forgotten it, and is of that end alone', async () => {
  await using folder = await scratch({
    'ends.json': JSON.stringify({ worker: { finishedAt, stopped: true } }),
  })
  const stateWith = async (worker: EnvironmentContainer, completed: string[] = []) => {
    const facts = await settledFacts(none, folder.path, [web, worker], { ...history, completed }, undefined)
    return [facts.state, facts.containers[1]?.completed]
  }
  expect(await stateWith(ended())).toEqual(['unhealthy', undefined])
  // It had completed when its environment became ready: that it was stopped in a later run is nothing.
  expect(await stateWith(ended(), ['worker'])).toEqual(['ready', true])
  expect(await stateWith(ended({ finishedAt: '2026-01-02T03:04:06Z' }))).toEqual(['ready', true])
})

test('what is recorded of containers that are gone is forgotten once something new is', async () => {
  await using folder = await scratch({
    'ends.json': JSON.stringify({
      gone: { finishedAt, stopped: true },
      web: { finishedAt, stopped: false },
    }),
  })
  // An engine that knows nothing of it, such as one that was started again.
  const engine = { docker: { getEvents: async () => Readable.from([]) } } as unknown as Engine
  const facts = await settledFacts(async () => engine, folder.path, [web, ended()], history, undefined)
  expect(facts.state).toBe('ready')
  expect(Object.keys(await readEnds(folder.path))).toEqual(['web', 'worker'])
})

test('an engine whose clock is late says what it knows, and is not waited for', async () => {
  await using folder = await scratch({})
  const say = (Action: string) => `${JSON.stringify({ Action })}\n`
  await using server = await listening((_, response) => void response.write(say('kill') + say('die')))
  const docker = new Docker({ host: '127.0.0.1', port: server.port })
  const engine = async () => ({ docker }) as unknown as Engine
  const facts = await settledFacts(engine, folder.path, [web, ended()], history, undefined)
  expect(facts.state).toBe('unhealthy')
  expect(await readEnds(folder.path)).toEqual({ worker: { finishedAt, stopped: true } })
}, 20_000)

/** An engine's end of a connection that stays open. */
async function listening(answer: RequestListener) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('an engine that does not answer, and a broken record, leave a service as completed, and it is asked again', async () => {
  await using folder = await scratch({ 'ends.json': '{"worker": 1' })
  const facts = await settledFacts(none, folder.path, [web, ended()], history, undefined)
  expect(facts).toMatchObject({ state: 'ready', containers: [{}, { completed: true }] })
  expect(await readEnds(folder.path)).toEqual({})
})
