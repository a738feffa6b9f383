import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { processorTime } from '../../processor-time.ts'
import { Window } from './client.ts'
import { frame, Raw, upgradeRequest } from './raw.ts'
import { type Serving, serveApp } from './serving.ts'

let serving: Serving
beforeAll(async () => {
  serving = await serveApp()
})
afterAll(() => serving[Symbol.asyncDispose]())

/**
 * Opens connections that say nothing, or only `first`; one after the other, because what the system cannot queue for the
 * server it drops, and a dropped one is tried again only after a second.
 */
async function idle(count: number, first = ''): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const socket = connect(serving.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    if (first !== '') socket.write(first)
    sockets.push(socket)
  }
  return sockets
}

test.each([
  ['that say nothing', () => ''],
  ['that begin a request', () => 'GET / HTTP/1.1\r\nHost: '],
  [
    'that wait with the token',
    () =>
      upgradeRequest('/engine', [
        `Host: 127.0.0.1:${serving.port}`,
        `Origin: http://127.0.0.1:${serving.port}`,
      ]),
  ],
])(
  '5,000 connections %s do no harm',
  async (_, first) => {
    await using earlier = await Window.open(serving.server)
    const before = process.memoryUsage().rss
    const sockets = await idle(5_000, first())
    try {
      await using window = await Window.open(serving.server)
      const spent = processorTime()
      expect(await window.client.settings.get()).toMatchObject({ theme: 'system' })
      expect(await earlier.client.settings.get()).toMatchObject({ theme: 'system' })
      expect(spent()).toBeLessThan(2_000)
      using raw = new Raw(serving.port)
      raw.send(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${serving.port}\r\nConnection: close\r\n\r\n`)
      expect((await raw.received()).text).toMatch(/^HTTP\/1\.1 200 /)
      // Both ends of all of them are in this process.
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  },
  60_000,
)

test('no more windows than a person has are let in, and one that goes makes room', async () => {
  const windows: Window[] = []
  for (let n = 0; n < 32; n++) windows.push(await Window.open(serving.server))
  using raw = new Raw(serving.port)
  const own = [`Host: 127.0.0.1:${serving.port}`, `Origin: http://127.0.0.1:${serving.port}`]
  raw.send(upgradeRequest('/engine', own))
  await raw.received((text) => text.includes('\r\n\r\n'))
  raw.send(frame(JSON.stringify({ token: serving.server.token })))
  const { text } = await raw.received()
  expect(text).not.toContain('"ok"')
  await windows.pop()?.[Symbol.asyncDispose]()
  await using next = await Window.open(serving.server)
  expect(await next.client.operations.list({})).toEqual([])
  for (const window of windows) await window[Symbol.asyncDispose]()
})

test('a window with too many calls open is let go, and the others stay', async () => {
  await using other = await Window.open(serving.server)
  await using greedy = await Window.open(serving.server)
  const closed = once(greedy.socket, 'close')
  for (let n = 0; n < 600; n++) greedy.socket.send(`{"i":"${n}","p":{"u":"/projects/watch"}}`)
  expect((await closed)[0]).toBe(4429)
  expect(await other.client.operations.list({})).toEqual([])
})

test('a message that is too large ends its connection', async () => {
  await using window = await Window.open(serving.server)
  const closed = once(window.socket, 'close')
  window.socket.send('x'.repeat(9 * 1024 * 1024))
  expect((await closed)[0]).toBe(1009)
})

test('nothing went wrong inside', () => expect(serving.faults).toEqual([]))
