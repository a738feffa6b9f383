import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeCode, frame, Raw, upgradeRequest } from './raw.ts'
import { type Serving, serveApp } from './serving.ts'

let serving: Serving
let before: string
beforeAll(async () => {
  const earlier = await serveApp()
  before = earlier.server.token
  await earlier[Symbol.asyncDispose]()
  serving = await serveApp()
})
afterAll(() => serving[Symbol.asyncDispose]())

/** What a browser, a proxy or a program may say it wants to talk to. `null` leaves the header out. */
const HOSTS: [string, (port: number) => string | null][] = [
  ['the own address', (port) => `127.0.0.1:${port}`],
  ['no host', () => null],
  ['an empty one', () => ''],
  ['no port', () => '127.0.0.1'],
  ['another port', (port) => `127.0.0.1:${port + 1}`],
  ['a name of this computer', (port) => `localhost:${port}`],
  ['IPv6', (port) => `[::1]:${port}`],
  ['all addresses', (port) => `0.0.0.0:${port}`],
  ['another form of the address', (port) => `127.1:${port}`],
  ['a rebound name', (port) => `rebound.example:${port}`],
  ['a name that begins alike', (port) => `127.0.0.1.example:${port}`],
  ['a name that ends alike', (port) => `evil-127.0.0.1:${port}`],
  ['a person in front', (port) => `127.0.0.1:${port}@example.org`],
  ['a trailing dot', (port) => `127.0.0.1.:${port}`],
  ['a port with a zero', (port) => `127.0.0.1:0${port}`],
  ['two in one', (port) => `127.0.0.1:${port}, example.org`],
]

const ORIGINS: [string, (port: number) => string | null][] = [
  ['the own page', (port) => `http://127.0.0.1:${port}`],
  ['none', () => null],
  ['an empty one', () => ''],
  ['null', () => 'null'],
  ['a foreign page', () => 'https://example.org'],
  ['another port', (port) => `http://127.0.0.1:${port + 1}`],
  ['no port', () => 'http://127.0.0.1'],
  ['another scheme', (port) => `https://127.0.0.1:${port}`],
  ['no scheme', (port) => `127.0.0.1:${port}`],
  ['a file', () => 'file://'],
  ['an extension', () => 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
  ['a name of this computer', (port) => `http://localhost:${port}`],
  ['a name that begins alike', (port) => `http://127.0.0.1:${port}.example.org`],
  ['a name that ends alike', (port) => `http://example.org/http://127.0.0.1:${port}`],
  ['a person in front', (port) => `http://127.0.0.1:${port}@example.org`],
  ['a path', (port) => `http://127.0.0.1:${port}/`],
  ['other case', (port) => `HTTP://127.0.0.1:${port}`],
  ['two in one', (port) => `http://127.0.0.1:${port} https://example.org`],
]

const headers = (host: string | null, origin: string | null) => [
  ...(host === null ? [] : [`Host: ${host}`]),
  ...(origin === null ? [] : [`Origin: ${origin}`]),
]

/** Asks for a connection and says the first frame; whether it was let in. */
async function knock(lines: string[], first: Buffer, target = '/engine') {
  using raw = new Raw(serving.port)
  raw.send(upgradeRequest(target, lines))
  const answer = await raw.received((text) => text.includes('\r\n\r\n'))
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer.text)?.[1])
  if (status !== 101) {
    raw.send(first)
    return { status, admitted: false, rest: (await raw.received()).text, code: undefined }
  }
  raw.send(first)
  const { text } = await raw.received((all) => all.includes('{"ok":true}') || closeCode(all) !== undefined)
  return { status, admitted: text.includes('{"ok":true}'), rest: text, code: closeCode(text) }
}

const withToken = (token: string) => frame(JSON.stringify({ token }))
const own = () => headers(`127.0.0.1:${serving.port}`, `http://127.0.0.1:${serving.port}`)

const pairs = HOSTS.flatMap(([hostName, host], h) =>
  ORIGINS.map(([originName, origin], o) => ({
    hostName,
    host,
    originName,
    origin,
    right: h === 0 && o === 0,
  })),
)

test.each(pairs)('host: $hostName, origin: $originName', async ({ host, origin, right }) => {
  const lines = headers(host(serving.port), origin(serving.port))
  const { status, admitted, rest } = await knock(lines, withToken(serving.server.token))
  expect(admitted).toBe(right)
  if (!right) {
    expect([400, 403, 421]).toContain(status)
    expect(rest).not.toContain('upgrade: websocket')
  }
})

test.each(HOSTS.map(([name, host], index) => ({ name, host, right: index === 0 })))(
  'the page for host: $name',
  async ({ host, right }) => {
    using raw = new Raw(serving.port)
    raw.send(
      `${['GET / HTTP/1.1', ...headers(host(serving.port), null), 'Connection: close'].join('\r\n')}\r\n\r\n`,
    )
    const { text } = await raw.received()
    expect(text.includes('<title>page</title>')).toBe(right)
    expect(text).toMatch(right ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 4\d\d /)
  },
)

const TOKENS: [string, () => Buffer][] = [
  ['nothing in it', () => frame('')],
  ['no JSON', () => frame(serving.server.token)],
  ['an empty token', () => withToken('')],
  ['a wrong token', () => withToken(randomBytes(32).toString('base64url'))],
  ['the token of an earlier start', () => withToken(before)],
  ['a cut token', () => withToken(serving.server.token.slice(0, -1))],
  ['a longer token', () => withToken(`${serving.server.token}A`)],
  ['the token with a space', () => withToken(` ${serving.server.token}`)],
  ['the token in other case', () => withToken(swapCase(serving.server.token))],
  ['a token that is no text', () => frame('{"token":true}')],
  ['a token in a list', () => frame(JSON.stringify({ token: [serving.server.token] }))],
  ['another field', () => frame(JSON.stringify({ token: serving.server.token, admin: true }))],
  ['a binary frame', () => frame(JSON.stringify({ token: serving.server.token }), 2)],
  ['a call instead', () => frame('{"i":"1","p":{"u":"/app/about"}}')],
  ['a prototype', () => frame('{"__proto__":{"token":"x"}}')],
]

const swapCase = (text: string) =>
  [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('')

test.each(TOKENS)('a first frame with %s', async (_, first) => {
  const { status, admitted, code } = await knock(own(), first())
  expect({ status, admitted, code }).toEqual({ status: 101, admitted: false, code: 4401 })
})

test.each([
  ['in the query', (token: string) => `/engine?token=${token}`],
  ['in the path', (token: string) => `/engine/${token}`],
  ['in a fragment', (token: string) => `/engine#token=${token}`],
  ['at the page', (token: string) => `/?token=${token}`],
])('the token %s opens nothing', async (_, target) => {
  const { status } = await knock(own(), frame('{}'), target(serving.server.token))
  expect([400, 404]).toContain(status)
})

test.each([
  ['a cookie', (token: string) => `Cookie: token=${token}`],
  ['an authorization', (token: string) => `Authorization: Bearer ${token}`],
  ['a protocol', (token: string) => `Sec-WebSocket-Protocol: ${token}`],
])('the token in %s opens nothing', async (_, header) => {
  const { admitted } = await knock([...own(), header(serving.server.token)], frame('{}'))
  expect(admitted).toBe(false)
})

test.each([
  ['Host', (port: number) => `Host: 127.0.0.1:${port}`],
  ['Origin', (port: number) => `Origin: http://127.0.0.1:${port}`],
  ['Host', () => 'Host: example.org'],
  ['Origin', () => 'Origin: https://example.org'],
])('a second %s', async (_, header) => {
  const { status } = await knock([...own(), header(serving.port)], withToken(serving.server.token))
  expect([400, 403, 421]).toContain(status)
})

test('who says nothing is let go after some seconds', async () => {
  using raw = new Raw(serving.port)
  raw.send(upgradeRequest('/engine', own()))
  const { text, closed } = await raw.received()
  expect({ code: closeCode(text), closed }).toEqual({ code: 4401, closed: true })
})

test('a large first frame is cut off before it is whole', async () => {
  using raw = new Raw(serving.port)
  raw.send(upgradeRequest('/engine', own()))
  await raw.received((text) => text.includes('\r\n\r\n'))
  const large = frame('x'.repeat(60_000))
  raw.send(large.subarray(0, 50_000))
  expect(await raw.received()).toMatchObject({ closed: true })
})

test('no answer reveals the token', async () => {
  const { rest } = await knock(own(), frame('{}'))
  expect(rest).not.toContain(serving.server.token)
  expect(serving.server.address).toBe(`${serving.server.origin}/#token=${serving.server.token}`)
  expect(Buffer.from(serving.server.token, 'base64url').length).toBe(32)
})

test('nothing went wrong inside', () => expect(serving.faults).toEqual([]))
