import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { getPatiently, webClient } from '../../../main/registry/https-get.ts'
import { plainProxy } from './plain-proxy.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** The address of a server on a socket of this computer. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const signal = new AbortController().signal
const get = (address: string, headers: Record<string, string> = {}, env: Record<string, string> = {}) =>
  getPatiently(webClient(env), new URL(address), headers, signal)
const hello: RequestListener = (_, outgoing) => outgoing.end('hello')

test('redirects are followed, and what authorizes goes to no other server', async () => {
  const seen: (string | undefined)[] = []
  const storage = await serve(({ headers }, outgoing) => {
    seen.push(headers.authorization)
    outgoing.end('stored')
  })
  const first = await serve(({ url, headers }, outgoing) => {
    seen.push(headers.authorization)
    outgoing.writeHead(307, { location: url === '/a' ? '/b' : `${storage}/c` }).end()
  })
  expect(await text(await get(`${first}/a`, { authorization: 'Basic x' }))).toBe('stored')
  expect(seen).toEqual(['Basic x', 'Basic x', undefined])
})

test('a redirect without end is reported', async () => {
  const round = await serve(({ url }, outgoing) => outgoing.writeHead(302, { location: url ?? '/' }).end())
  await expect(get(`${round}/`)).rejects.toThrow('redirects more than 5 times')
})

test('a redirect to what is no web server is not followed', async () => {
  const away = await serve((_, outgoing) => outgoing.writeHead(302, { location: 'file:///etc/passwd' }).end())
  await expect(get(away)).rejects.toThrow('which is not https')
})

test('a redirect from elsewhere to this computer is not followed', async () => {
  let reached = 0
  const local = await serve((_, outgoing) => {
    reached += 1
    outgoing.end()
  })
  const elsewhere = await serve((_, outgoing) => outgoing.writeHead(302, { location: `${local}/api` }).end())
  await expect(get('http://elsewhere.example/a', {}, { http_proxy: elsewhere })).rejects.toThrow(
    'which is on this computer',
  )
  expect(reached).toBe(0)
})

test('a body that nobody wants is not read to its end', async () => {
  let closed: Promise<unknown> | undefined
  const endless: RequestListener = (_, outgoing) => {
    closed = once(outgoing, 'close')
    const write = () => {
      while (outgoing.write('x'.repeat(16 * 1024)));
    }
    outgoing.on('drain', write)
    write()
  }
  const server = await serve((incoming, outgoing) => {
    if (incoming.url !== '/') return hello(incoming, outgoing)
    outgoing.writeHead(302, { location: '/there' })
    endless(incoming, outgoing)
  })
  expect(await text(await get(server))).toBe('hello')
  await closed
})

test('a form is sent as it is, and its answer is not a redirect that is followed', async () => {
  const server = await serve(async (incoming, outgoing) => {
    const sent = `${incoming.method} ${incoming.headers['content-type']} ${await text(incoming)}`
    outgoing.writeHead(307, { location: '/there' }).end(sent)
  })
  const answer = await webClient({}).post(new URL(server), new URLSearchParams({ a: 'b c' }), signal)
  expect(answer.statusCode).toBe(307)
  expect(await text(answer)).toBe('POST application/x-www-form-urlencoded a=b+c')
})

test('a server that is busy is asked again when it says so, and not for ever', async () => {
  let times = 0
  const busy = await serve((incoming, outgoing) => {
    times += 1
    if (times > 1) return hello(incoming, outgoing)
    outgoing.writeHead(429, { 'retry-after': '0' }).end()
  })
  expect(await text(await get(busy))).toBe('hello')
  expect(times).toBe(2)
  const until = new Date(Date.now() + 3_600_000).toUTCString()
  for (const after of ['3600', until]) {
    const patient = await serve((_, outgoing) => outgoing.writeHead(429, { 'retry-after': after }).end())
    expect((await get(patient)).statusCode).toBe(429)
  }
  times = 0
  const broken = await serve((_, outgoing) => {
    times += 1
    outgoing.writeHead(503, { 'retry-after': '0' }).end()
  })
  expect((await get(broken)).statusCode).toBe(503)
  expect(times).toBe(3)
})

test('an answer that is cut off fails where it is read', async () => {
  const cut = await serve((_, outgoing) => {
    outgoing.writeHead(200, { 'content-length': '100' })
    outgoing.write('half')
    setTimeout(() => outgoing.destroy(), 20)
  })
  await expect(text(await get(cut))).rejects.toThrow()
})

test('nobody listens, and a person who does not want to wait', async () => {
  await expect(get('http://127.0.0.1:1/')).rejects.toThrow('ECONNREFUSED')
  const silent = await serve(() => {})
  const controller = new AbortController()
  const asked = webClient({}).get(new URL(silent), {}, controller.signal)
  setTimeout(() => controller.abort(), 20)
  await expect(asked).rejects.toThrow(/abort/i)
})

test('a proxy of the environment is used, except for what it is not for', async () => {
  const passed: string[] = []
  const proxy = await serve(plainProxy(passed))
  const server = await serve(hello)
  expect(await text(await get(`${server}/x`, {}, { http_proxy: proxy }))).toBe('hello')
  expect(await text(await get(`${server}/x`, {}, { HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' }))).toBe('hello')
  expect(passed).toEqual([`${server}/x`])
})

test('a proxy elsewhere gets no request for this computer', async () => {
  const server = await serve(hello)
  const port = new URL(server).port
  for (const host of ['127.0.0.1', 'localhost'])
    for (const more of [{}, { NO_PROXY: 'example.org' }, { no_proxy: 'example.org' }]) {
      const env = { HTTP_PROXY: 'http://proxy.invalid:3128', ...more }
      expect(await text(await get(`http://${host}:${port}/`, {}, env))).toBe('hello')
    }
  await expect(get('http://example.com/', {}, { HTTP_PROXY: 'http://proxy.invalid:3128' })).rejects.toThrow(
    'proxy.invalid',
  )
})
