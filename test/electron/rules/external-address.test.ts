import fc from 'fast-check'
import { expect, test } from 'vitest'
import { externalAddress } from '../../../app/electron/external-address.ts'
import { anyText } from '../../fuzz/any-text.ts'

const PUBLISHED = new Set([3000, 5432])

test.each([
  ['https://example.org', 'https://example.org/'],
  ['https://example.org/docs?q=1#part', 'https://example.org/docs?q=1#part'],
  ['https://example.org:8443/', 'https://example.org:8443/'],
  ['HTTPS://EXAMPLE.org/', 'https://example.org/'],
  ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/'],
  ['http://localhost:5432/a', 'http://localhost:5432/a'],
])('%s is opened', (address, opened) => {
  expect(externalAddress(address, PUBLISHED)).toBe(opened)
})

test.each([
  '',
  'example.org',
  '//example.org/',
  'http://example.org/',
  'http://127.0.0.1:3001/',
  'http://127.0.0.1/',
  'http://127.0.0.1.example.org:3000/',
  'http://127.0.0.2:3000/',
  'http://0.0.0.0:3000/',
  'http://[::1]:3000/',
  'http://192.168.0.1:3000/',
  'http://localhost.example.org:3000/',
  'http://localhost@example.org:3000/',
  'http://user:password@127.0.0.1:3000/',
  'https://user@example.org/',
  'https://example.org\\@evil.example/',
  'https://example.org/ space',
  'https://example.org/\nheader',
  ' https://example.org/',
  'https://exa\u0000mple.org/',
  'https://ex\u0430mple.org/',
  'https://',
  'https:///',
  'https:example.org',
  'file:///etc/passwd',
  'file://server/share/run.exe',
  'javascript:alert(1)',
  'data:text/html,hello',
  'vbscript:x',
  'smb://server/share',
  'ms-msdt:/id',
  'search-ms:query=x',
  'ssh://example.org',
  'ftp://example.org/',
  'mailto:a@example.org',
  'pristine://open?source=https://example.org/x',
  'app://pristine/',
  'chrome://settings',
  'about:blank',
  'blob:https://example.org/1',
  `https://example.org/${'x'.repeat(2000)}`,
])('%s is not opened', (address) => {
  expect(externalAddress(address, PUBLISHED)).toBeUndefined()
})

test('whatever text it is: what is opened is https, or http of this computer at a published port', () => {
  const nearly = fc
    .tuple(
      fc.constantFrom('https:', 'http:', 'file:', 'javascript:', 'HTTPS:', 'ms-settings:', ''),
      fc.constantFrom('//', '/', '///', '\\\\', '//user@', '//:@'),
      fc.oneof(fc.domain(), fc.constantFrom('127.0.0.1:3000', 'localhost:5432', 'localhost', '[::1]:3000')),
      fc.oneof(fc.string(), fc.webPath()),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(nearly, fc.webUrl(), anyText()), (text) => {
      const opened = externalAddress(text, PUBLISHED)
      if (opened === undefined) return
      const { protocol, hostname, port, username, password } = new URL(opened)
      expect(username + password).toBe('')
      if (protocol === 'https:') return
      expect({ protocol, local: ['127.0.0.1', 'localhost'].includes(hostname) }).toEqual({
        protocol: 'http:',
        local: true,
      })
      expect(PUBLISHED.has(Number(port))).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})
