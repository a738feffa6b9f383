import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer } from '../../../app/server/server.ts'
import { Downloads } from '../../../main/transfers/downloads.ts'
import { Raw } from './raw.ts'
import { type Serving, serveApp } from './serving.ts'

let serving: Serving
let server: Server
let downloads: Downloads
beforeAll(async () => {
  serving = await serveApp()
  downloads = new Downloads(path.dirname(serving.home))
  const { router } = serving.app
  server = await startServer({ router, download: (address) => downloads.take(address) }, new Map(), 0)
})
afterAll(async () => {
  await server.close()
  await serving[Symbol.asyncDispose]()
})

const offer = (name: string, content: () => AsyncGenerator<Buffer>) =>
  downloads.offer({ name, open: async () => ({ size: 5, content: content() }) })
const hello = async function* () {
  yield Buffer.from('hel')
  yield Buffer.from('lo')
}

test('what was offered is sent once, to be saved and never shown', async () => {
  const address = offer('notes.txt', hello)
  const got = await fetch(server.origin + address)
  expect([got.status, await got.text()]).toEqual([200, 'hello'])
  expect(Object.fromEntries(got.headers)).toMatchObject({
    ...{ 'content-type': 'application/octet-stream', 'content-length': '5', 'cache-control': 'no-store' },
    'content-disposition': "attachment; filename*=UTF-8''notes.txt",
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'x-content-type-options': 'nosniff',
  })
  expect((await fetch(server.origin + address)).status).toBe(404)
})

test.each([
  ['a\r\nset-cookie: x=y', "attachment; filename*=UTF-8''a%20set-cookie%3A%20x%3Dy"],
  ['../../.bashrc', "attachment; filename*=UTF-8''.._.._.bashrc"],
  ['a\u202egnp.exe', "attachment; filename*=UTF-8''agnp.exe"],
  [`"quoted" 'too' (1)*`, "attachment; filename*=UTF-8''%22quoted%22%20%27too%27%20%281%29%2a"],
  ['größe 😀', "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%F0%9F%98%80"],
  ['\ud800', "attachment; filename*=UTF-8''%EF%BF%BD"],
  ['\u0007', "attachment; filename*=UTF-8''file"],
])('the name %j is saved as a name', async (name, expected) => {
  const got = await fetch(server.origin + offer(name, hello))
  expect(got.headers.get('content-disposition')).toBe(expected)
  await got.text()
})

test('a guessed address, another method and another host get nothing, and use up nothing', async () => {
  const address = offer('notes.txt', hello)
  for (const wrong of [
    '/download/',
    `${address}x`,
    address.slice(0, -1),
    `${address}?x`,
    address.toUpperCase(),
  ])
    expect((await fetch(server.origin + wrong)).status, wrong).toBe(404)
  expect((await fetch(server.origin + address, { method: 'HEAD' })).status).toBe(404)
  expect((await fetch(server.origin + address, { method: 'POST' })).status).toBe(405)
  using raw = new Raw(Number(new URL(server.origin).port))
  raw.send(`GET ${address} HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n`)
  expect((await raw.received()).text).toMatch(/^HTTP\/1\.1 421 /)
  expect(await (await fetch(server.origin + address)).text()).toBe('hello')
})

test('an offer that nobody takes is over after a minute, and old ones go where there are many', () => {
  vi.useFakeTimers()
  try {
    const first = offer('a', hello)
    vi.advanceTimersByTime(59_000)
    const second = offer('b', hello)
    vi.advanceTimersByTime(2_000)
    expect(downloads.take(first)).toBeUndefined()
    expect(downloads.take(second)?.name).toBe('b')
    const oldest = offer('c', hello)
    const others = Array.from({ length: 100 }, () => offer('d', hello))
    expect(downloads.take(oldest)).toBeUndefined()
    for (const other of others) expect(downloads.take(other)?.name).toBe('d')
  } finally {
    vi.useRealTimers()
  }
})

test('a file whose reading fails gives none; what nobody wants any more is not read on; nothing is left of either', async () => {
  const broken = offer('a', async function* () {
    yield Buffer.from('he')
    throw new Error('The connection broke.')
  })
  await expect(fetch(server.origin + broken).then((got) => got.text())).rejects.toThrow()
  const ended = Promise.withResolvers<void>()
  const stop = new AbortController()
  const endless = downloads.offer({
    name: 'b',
    open: async (signal) => ({
      size: 1e9,
      content: (async function* () {
        try {
          for (;;) {
            signal.throwIfAborted()
            yield Buffer.alloc(1000)
            stop.abort()
          }
        } finally {
          ended.resolve()
        }
      })(),
    }),
  })
  const got = fetch(server.origin + endless, { signal: stop.signal }).then((response) => response.text())
  await expect(got).rejects.toThrow()
  await ended.promise
  expect((await readdir(path.dirname(serving.home))).filter((name) => name.startsWith('transfer-'))).toEqual(
    [],
  )
})

test('a browser has what was read so far, and one that takes nothing holds up nobody', async () => {
  const first = Promise.withResolvers<void>()
  const last = Promise.withResolvers<void>()
  const size = 64 * 1024 * 1024
  const address = downloads.offer({
    name: 'a',
    open: async () => ({
      size,
      content: (async function* () {
        yield Buffer.alloc(1000, 'a')
        await first.promise
        yield Buffer.alloc(size - 1000, 'b')
        last.resolve()
      })(),
    }),
  })
  const reader = (await fetch(server.origin + address)).body?.getReader()
  const begun = (await reader?.read())?.value
  expect(begun?.at(-1)).toBe('a'.charCodeAt(0))
  first.resolve()
  await last.promise
  let bytes = begun?.length ?? 0
  for (;;) {
    const read = await reader?.read()
    if (!read || read.done) break
    bytes += read.value.length
  }
  expect(bytes).toBe(size)
})

test('where nothing can be kept, the engine is not asked', async () => {
  let isAsked = false
  const unwritable = new Downloads(path.join(serving.home, 'nowhere'))
  const address = unwritable.offer({
    name: 'a',
    open: async () => {
      isAsked = true
      return { size: 5, content: hello() }
    },
  })
  await expect(unwritable.take(address)?.open(new AbortController().signal)).rejects.toMatchObject({
    code: 'storage-failed',
  })
  expect(isAsked).toBe(false)
})
