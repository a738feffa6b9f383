import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linkAmong, readDeepLink } from '../../../app/electron/deep-links.ts'
import { GitAddress } from '../../../shared/git-address.ts'
import { anyText } from '../../fuzz/any-text.ts'

const open = (source: string, more = '') => `pristine://open?source=${encodeURIComponent(source)}${more}`

test.each([
  ['https://github.com/ada/shop', null],
  ['https://github.com/ada/shop.git', 'main'],
  ['https://git.example.org:8443/ada/shop.git', 'feature/tax-2027'],
  ['ssh://git@example.org/ada/shop.git', 'v1.2.3'],
  ['ssh://git@example.org:2222/~ada/shop.git', null],
  ['git@github.com:ada/shop.git', '0123456789abcdef0123456789abcdef01234567'],
])('%s at %s is offered', (source, ref) => {
  const link = open(source, ref === null ? '' : `&ref=${encodeURIComponent(ref)}`)
  expect(readDeepLink(link)).toEqual({ source, ref })
})

test.each([
  'javascript:alert(1)',
  'file:///etc/passwd',
  '/etc/passwd',
  '../shop',
  '~/shop',
  'C:\\shop',
  '\\\\server\\share',
  'ext::sh -c id',
  'fd::17',
  'git://example.org/shop.git',
  'http://example.org/shop.git',
  'ftp://example.org/shop.git',
  '-oProxyCommand=id',
  '--upload-pack=id',
  'https://-oProxyCommand=id/shop',
  'ssh://-oProxyCommand=id/shop',
  'ssh://git@-oProxyCommand=id/shop',
  'git@-oProxyCommand=id:shop',
  'git@example.org:-shop',
  'ada@example.org:shop',
  'https://user@example.org/shop',
  'https://user:password@example.org/shop',
  'https://example.org',
  'https://example.org/',
  'https:///shop',
  'https://example.org/shop?x=1',
  'https://example.org/shop#x',
  'https://example.org/a b',
  'https://example.org/$(id)',
  'https://example.org/`id`',
  'https://example.org/shop;id',
  'https://example.org/shop\nid',
  'https://example.org/shop\u001b[2J',
  'https://example.org/shop\u202egit',
  'https://example.org/shop\u0000',
  'https://ex\u0430mple.org/shop',
  `https://example.org/${'x'.repeat(1000)}`,
  '',
  ' ',
])('the source %j is refused', (source) => {
  expect(readDeepLink(open(source))).toBeUndefined()
})

test.each([
  '-main',
  '--upload-pack=id',
  'a..b',
  'a b',
  'a\nb',
  'a~1',
  'a^',
  'a:b',
  'a?',
  '*',
  'a[b',
  'a\\b',
  'a@{1}',
  'a//b',
  'a/',
  '/a',
  'a.lock',
  'a.lock/b',
  'a/.b',
  'a.',
  '.a',
  '$(id)',
  '',
  'x'.repeat(201),
])('the reference %j is refused', (ref) => {
  expect(readDeepLink(open('https://example.org/shop', `&ref=${encodeURIComponent(ref)}`))).toBeUndefined()
})

const GOOD = encodeURIComponent('https://example.org/shop')
test.each([
  ['another scheme', `https://open?source=${GOOD}`],
  ['another verb', `pristine://run?source=${GOOD}`],
  ['a path', `pristine://open/run?source=${GOOD}`],
  ['no verb', `pristine:?source=${GOOD}`],
  ['a verb without slashes', `pristine:open?source=${GOOD}`],
  ['a user', `pristine://user@open?source=${GOOD}`],
  ['a port', `pristine://open:1?source=${GOOD}`],
  ['a fragment', `pristine://open?source=${GOOD}#x`],
  ['no source', 'pristine://open'],
  ['two sources', `pristine://open?source=${GOOD}&source=${GOOD}`],
  ['two references', `pristine://open?source=${GOOD}&ref=a&ref=b`],
  ['another field', `pristine://open?source=${GOOD}&trust=yes`],
  ['a prototype', `pristine://open?source=${GOOD}&__proto__=x`],
  ['a space', ` pristine://open?source=${GOOD}`],
  ['a line end', `pristine://open?source=${GOOD}\n`],
  ['too long a text', `pristine://open?source=${GOOD}&ref=${'a'.repeat(3000)}`],
  ['nothing', ''],
])('a link with %s is refused', (_, link) => {
  expect(readDeepLink(link)).toBeUndefined()
})

test('whatever text it is: what is offered is an address that git may be given', () => {
  const nearly = fc
    .tuple(
      fc.constantFrom('https://', 'ssh://', 'git@', 'ext::', 'file://', '-', ''),
      fc.constantFrom('example.org', '-oX', 'git@h', '127.0.0.1', ''),
      fc.constantFrom('/', ':', ':22/', ''),
      anyText(),
    )
    .map((parts) => open(parts.join('')))
  fc.assert(
    fc.property(
      fc.oneof(
        nearly,
        anyText().map((text) => open(text)),
        fc.webUrl(),
      ),
      (text) => {
        const link = readDeepLink(text)
        if (!link) return
        expect(link.source).toMatch(/^(https:\/\/|ssh:\/\/|git@)[\x21-\x7e]+$/)
        expect(link.source).not.toMatch(/[\s'"`$;&|<>\\(){}!*?#]|:\/\/-|@-|:-/)
        expect(GitAddress.safeParse(link.source).success).toBe(true)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('among the arguments of a start the last link counts', () => {
  expect(linkAmong(['pristine', '--inspect', 'pristine://one', 'PRISTINE://two', 'x'])).toBe('PRISTINE://two')
  expect(linkAmong(['pristine', 'pristine-shop', '/home/pristine:'])).toBeUndefined()
})
