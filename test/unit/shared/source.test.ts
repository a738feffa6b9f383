import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CloneAddress, GitReference } from '../../../shared/git-address.ts'
import { addressMeant, readSource } from '../../../shared/source.ts'

test.each([
  ['https://github.com/ada/shop', 'https://github.com/ada/shop', null, 'shop'],
  ['  https://github.com/ada/shop.git\n', 'https://github.com/ada/shop.git', null, 'shop'],
  ['https://github.com/ada/shop/', 'https://github.com/ada/shop', null, 'shop'],
  ['https://github.com/ada/shop#tax/2027', 'https://github.com/ada/shop', 'tax/2027', 'shop'],
  ['https://github.com/ada/shop#', 'https://github.com/ada/shop', null, 'shop'],
  ['https://github.com/ada/shop/tree/tax/2027/', 'https://github.com/ada/shop', 'tax/2027', 'shop'],
  ['https://github.com/ada/shop/tree/main#other', 'https://github.com/ada/shop', 'other', 'shop'],
  [
    'https://git.example.org/a/b/shop/-/tree/main?ref_type=heads',
    'https://git.example.org/a/b/shop',
    'main',
    'shop',
  ],
  ['git@github.com:ada/shop.git#v1.0', 'git@github.com:ada/shop.git', 'v1.0', 'shop'],
  ['git@example.org:shop', 'git@example.org:shop', null, 'shop'],
  ['ssh://ada@example.org:2222/~ada/shop.git', 'ssh://ada@example.org:2222/~ada/shop.git', null, 'shop'],
  ['http://127.0.0.1:8080/shop.git', 'http://127.0.0.1:8080/shop.git', null, 'shop'],
  ['https://ada@example.org/shop', 'https://example.org/shop', null, 'shop'],
  ['https://github.com/ada/.github', 'https://github.com/ada/.github', null, '.github'],
  ['https://example.org/a/a%20b', 'https://example.org/a/a%20b', null, 'a-b'],
  ['HTTPS://github.com/ada/shop', 'https://github.com/ada/shop', null, 'shop'],
  ['HTTPS://GitHub.com/ada/shop', 'https://GitHub.com/ada/shop', null, 'shop'],
  ['SSH://git@example.org/shop', 'ssh://git@example.org/shop', null, 'shop'],
  ['HTTP://localhost:8080/shop', 'http://localhost:8080/shop', null, 'shop'],
  ['https://github.com/ada/shop-evil', 'https://github.com/ada/shop-evil', null, 'shop-evil'],
])('%s is cloned', (text, url, reference, name) => {
  expect(readSource(text)).toEqual({
    kind: 'clone',
    url,
    reference,
    name,
    userLeftOut: text.includes('ada@example.org/'),
  })
})

test.each(['/home/ada/shop', '~/shop', '.', 'shop', 'a#b', 'C:\\shop', 'C:/shop', 'dir/a@b:c', ''])(
  '%s is a folder',
  (text) => {
    expect(readSource(text)).toEqual({ kind: 'folder', folder: text })
  },
)

test.each([
  ['ext::sh -c id', /blank/],
  ['ext::id', /"ext::" runs a program/],
  ['EXT::id', /"ext::" runs a program/],
  ['FILE:///srv/shop', /give its path/],
  ['HTTPS://ada:canary@example.org/shop', /password/],
  ['fd::17', /"fd::" runs a program/],
  ['file:///srv/shop', /give its path/],
  ['http://example.org/shop', /use https/],
  ['http://127.0.0.1.example.org/shop', /use https/],
  ['http://localhost@example.org/shop', /use https/],
  ['git://example.org/shop', /use https/],
  ['ftp://example.org/shop', /Only https/],
  ['github.com:ada/shop', /Only https/],
  ['ada@example.org:shop', /Only https/],
  ['-oProxyCommand=id@example.org:shop', /Only https/],
  ['git@-oProxyCommand=id:shop', /Only https/],
  ['ssh://-oProxyCommand=id/shop', /Only https/],
  ['git@example.org:--upload-pack=id', /Only https/],
  ['https://example.org/shop\nid', /control/],
  ['https://example.org/shop\u001b[2J', /control/],
  ['https://example.org/shop#--upload-pack=id', /no name of a branch/],
  ['https://example.org/shop#a..b', /no name of a branch/],
  ['https://example.org', /Only https/],
  ['https://example.org/.git', /names no repository/],
  ['https://example.org/..', /names no repository/],
  ['https://example.org/a/---', /names no repository/],
])('%j is refused', (text, problem) => {
  expect(readSource(text)).toMatchObject({ kind: 'refused', problem: expect.stringMatching(problem) })
})

test.each([
  ['github.com/ada/shop', 'https://github.com/ada/shop'],
  [' github.com/ada/shop#tax ', 'https://github.com/ada/shop#tax'],
  ['git.example.org:8443/a/b/shop.git', 'https://git.example.org:8443/a/b/shop.git'],
  ['shop', undefined],
  ['./github.com/ada/shop', undefined],
  ['projects/shop', undefined],
  ['v1.2/shop', undefined],
  ['github.com/', undefined],
  ['github.com/ada/shop --upload-pack=id', undefined],
  ['example.org/\u001b[2J', undefined],
])('where no folder is, %j may be meant as %s', (text, meant) => {
  expect(addressMeant(text)).toBe(meant)
})

test.each([
  'https://ada:canary@example.org/shop',
  'https://ada:canary@example.org/shop b',
  'http://ada:canary@example.org/shop',
  'ssh://ada:canary@example.org/shop',
  'ada:canary@example.org:shop',
])('%s is refused, and its password is told to nobody', (text) => {
  const source = readSource(text)
  expect(source.kind).toBe('refused')
  expect(JSON.stringify(source)).not.toContain('canary')
})

test('whatever is typed, it is a folder, refused with a reason, or safe to give to git', () => {
  const parts = fc.array(
    fc.constantFrom(
      'https://',
      'git@',
      ':',
      '/',
      '#',
      '-',
      '..',
      'a',
      'b.c',
      '@',
      '::',
      ' ',
      '\n',
      '%',
      '.git',
      '?',
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        parts.map((all) => all.join('')),
        fc.string(),
      ),
      (text) => {
        const source = readSource(text)
        if (source.kind !== 'clone') return
        expect(CloneAddress.safeParse(source.url).success).toBe(true)
        expect(source.name).toMatch(/^[^-/\\:\s][^/\\:\s]*$/)
        if (source.reference !== null) expect(GitReference.safeParse(source.reference).success).toBe(true)
      },
    ),
    { numRuns: 5000 },
  )
})
