import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choosePorts, isPortFree } from '../../../main/container/launch/choose-ports.ts'
import type { PortRequest } from '../../../shared/definition.ts'

const request = (container: number, more: Partial<PortRequest> = {}): PortRequest => ({
  container,
  protocol: 'tcp',
  host: container,
  fixed: false,
  ...more,
})
/** A user without rights, and a port that no program uses: it is reserved for the protocol that finds ports. */
const NOBODY = 65_534
const SYSTEM_PORT = 1
const free = () => Promise.resolve(true)
const taken = () => Promise.resolve(false)
const hosts = async (
  requests: PortRequest[],
  ports: Map<string, number>,
  isFree: (port: number) => Promise<boolean>,
  same = true,
) => (await choosePorts(requests, { ports, same }, isFree)).map(({ host }) => host)

test('a free port is published as itself', async () => {
  expect(await hosts([request(3000)], new Map(), free)).toEqual([3000])
})

test('a taken port gives way to one that the engine chooses', async () => {
  expect(await hosts([request(3000)], new Map(), taken)).toEqual([0])
})

test('a fixed port is never replaced, taken or not', async () => {
  expect(
    await hosts([request(3000, { fixed: true, host: 8080 })], new Map([['3000/tcp', 9000]]), taken),
  ).toEqual([8080])
})

test('the port that the environment has now is kept, although it is not free', async () => {
  expect(await hosts([request(3000)], new Map([['3000/tcp', 41000]]), taken)).toEqual([41000])
})

test('a changed request is asked first, and the port of before is kept where that is taken', async () => {
  const held = new Map([['3000/tcp', 41000]])
  expect(await hosts([request(3000)], held, free, false)).toEqual([3000])
  expect(await hosts([request(3000)], held, taken, false)).toEqual([41000])
  const swapped = [request(3000, { host: 4000 }), request(4000, { host: 3000 })]
  const both = new Map([
    ['3000/tcp', 3000],
    ['4000/tcp', 4000],
  ])
  expect(await hosts(swapped, both, free, false)).toEqual([4000, 3000])
  const elsewhere = [request(3000, { host: 4000 }), request(4000, { host: 5000 })]
  expect(await hosts(elsewhere, both, async (port) => port !== 5000, false)).toEqual([4000, 0])
})

test('a port that the old environment holds for another container port is not promised', async () => {
  expect(await hosts([request(3000), request(4000)], new Map([['4000/tcp', 3000]]), free)).toEqual([0, 3000])
})

test('the same number for TCP and UDP are two ports', async () => {
  const requests = [request(53), request(53, { protocol: 'udp' })]
  expect(await hosts(requests, new Map([['53/udp', 41000]]), free)).toEqual([53, 41000])
})

test('no two movable requests of different container ports get the same host port', async () => {
  const port = fc.integer({ min: 1, max: 12 })
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(port, { maxLength: 6 }),
      fc.uniqueArray(fc.tuple(port, port), { maxLength: 6, selector: ([, host]) => host }),
      fc.uniqueArray(port),
      fc.boolean(),
      async (wanted, held, busy, same) => {
        const before = new Map(held.map(([container, host]) => [`${container}/tcp`, host]))
        const chosen = (
          await hosts(
            wanted.map((container) => request(container)),
            before,
            async (p) => !busy.includes(p),
            same,
          )
        ).filter((host) => host !== 0)
        expect(new Set(chosen).size).toBe(chosen.length)
      },
    ),
  )
})

test('a port on which somebody listens is not free, on loopback or on every address', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const server = createServer().listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    expect(await isPortFree(port, 'tcp')).toBe(false)
    await new Promise((resolve) => server.close(resolve))
    expect(await isPortFree(port, 'tcp')).toBe(true)
  }
})

test('a port is taken for TCP or for UDP', async () => {
  for (const address of ['127.0.0.1', '0.0.0.0']) {
    const socket = createSocket('udp4').bind(0, address)
    await once(socket, 'listening')
    const { port } = socket.address()
    expect(await isPortFree(port, 'udp')).toBe(false)
    expect(await isPortFree(port, 'tcp')).toBe(true)
    await new Promise((resolve) => socket.close(() => resolve(undefined)))
    expect(await isPortFree(port, 'udp')).toBe(true)
  }
})

test('a port on which only the system may listen is not taken', async () => {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    for (const protocol of ['tcp', 'udp'] as const) expect(await isPortFree(SYSTEM_PORT, protocol)).toBe(true)
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})
