import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { openHost } from '../../../main/host/host.ts'
import { resolvedOf } from '../../../main/lock/feature-pin.ts'
import { storeFeature } from '../../../main/lock/feature-store.ts'
import { readPinCheck } from '../../../main/lock/pin-check.ts'
import { DailyPinChecks, isDue } from '../../../main/overview/daily-pin-checks.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { scratch } from '../inputs/scratch.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const now = 100 * DAY

test.each([
  ['an environment that has just started', now - MINUTE, undefined, undefined, false],
  ['one that runs for a while and was never checked', now - 10 * MINUTE, undefined, undefined, true],
  ['one that was checked today', now - DAY, now - DAY + MINUTE, undefined, false],
  ['one that was checked yesterday', now - DAY, now - DAY, undefined, true],
  ['one whose check has just failed', now - DAY, undefined, now - MINUTE, false],
  ['one whose check failed an hour ago', now - DAY, undefined, now - 60 * MINUTE, true],
  ['one that was checked before the clock was turned back', now - DAY, now + DAY, undefined, true],
])('pins of %s', (_, runsSince, checked, tried, due) => {
  expect(isDue({ now, runsSince, checked, tried })).toBe(due)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a registry whose answer never ends keeps no other project waiting', async () => {
  await using folder = await scratch()
  const server = createServer((_, outgoing) => {
    outgoing.write('{')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reference = `127.0.0.1:${(server.address() as AddressInfo).port}/f/tool:1`
  const host = openHost({ PRISTINE_HOME: folder.at('home'), DOCKER_CONFIG: folder.at('docker') })
  const integrity = `sha256:${'a'.repeat(64)}`
  const file = (path: string, text: string) =>
    ({ path, kind: 'file', executable: false, content: Buffer.from(text) }) as const
  const resolved = resolvedOf(reference, integrity) ?? ''
  await storeFeature(host.home, { resolved, integrity }, [
    file('devcontainer-feature.json', '{ "id": "tool" }'),
    file('install.sh', 'true\n'),
  ])
  const features = { [reference]: { resolved, integrity } }
  const write = async (name: string, definition: object, lock: object) => {
    await folder.write(`${name}/Dockerfile`, 'FROM scratch\n')
    const all = { build: { dockerfile: 'Dockerfile' }, ...definition }
    await folder.write(`${name}/.devcontainer.json`, JSON.stringify(all))
    await folder.write(
      `${name}/pristine.lock`,
      JSON.stringify({ lockVersion: 1, images: {}, downloads: {}, ...lock }),
    )
    return openProject(folder.at(name))
  }
  const waiting = await write('waiting', { features: { [reference]: {} } }, { features })
  const other = await write('other', {}, {})

  const limit = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockImplementationOnce(() => limit.signal)
  const checks = new DailyPinChecks(host)
  for (const project of [waiting, other]) checks.onRunning(project)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * MINUTE })
  const asked = once(server, 'request')
  for (const project of [waiting, other]) checks.onRunning(project)
  await asked
  limit.abort()
  await checks.idle()
  expect(await readPinCheck(host.home, waiting.key)).toBeUndefined()
  expect(await readPinCheck(host.home, other.key)).toMatchObject({ images: {} })
  server.closeAllConnections()
  server.close()
})
