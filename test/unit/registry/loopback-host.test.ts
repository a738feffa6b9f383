import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { elsewhere, isThisComputer } from '../../../main/registry/loopback-host.ts'

test.each([
  'http://127.0.0.1:80/',
  'http://127.9.8.7/',
  'http://0x7f.1/',
  'http://2130706433/',
  'http://0/',
  'http://0.0.0.0/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://a.localhost/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[fe80::1]/',
  'http://169.254.169.254/latest/meta-data',
])('%s is on this computer', (address) => {
  expect(isThisComputer(new URL(address).hostname)).toBe(true)
})

test.each([
  'https://example.org/',
  'https://localhost.example.org/',
  'https://notlocalhost/',
  'https://128.0.0.1/',
  'https://192.168.1.2/',
  'https://[2001:db8::1]/',
])('%s is elsewhere', (address) => {
  expect(isThisComputer(new URL(address).hostname)).toBe(false)
})

test('a name that turns out to be this computer is not connected to; others, as of a proxy, are', async () => {
  const server = createServer((_, outgoing) => outgoing.end()).listen(0, 'localhost')
  await once(server, 'listening')
  const ask = async (host: string) => {
    const { port } = server.address() as AddressInfo
    const request = get({ host: 'localhost', port, lookup: elsewhere(host) })
    const [answer] = await once(request, 'response')
    answer.resume()
    return answer.statusCode as number
  }
  await expect(ask('localhost')).rejects.toThrow('localhost is on this computer')
  expect(await ask('example.org')).toBe(200)
  server.closeAllConnections()
  server.close()
})
