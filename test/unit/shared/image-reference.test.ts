import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseImageReference, pinnedByHand } from '../../../shared/image-reference.ts'

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`
const sha512 = `sha512:${'f'.repeat(128)}`
const identifier = '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a'

/** Registry, repository with its registry, tag and digest, as the tests of distribution/reference have them. */
describe('what is taken apart', () => {
  test.each([
    ['node', 'docker.io', 'docker.io/library/node'],
    ['node:24-bookworm', 'docker.io', 'docker.io/library/node', '24-bookworm'],
    ['team/app', 'docker.io', 'docker.io/team/app'],
    ['docker.io/node', 'docker.io', 'docker.io/library/node'],
    ['docker.io/library/node:24', 'docker.io', 'docker.io/library/node', '24'],
    ['index.docker.io/team/app', 'docker.io', 'docker.io/team/app'],
    ['index.docker.io/node', 'docker.io', 'docker.io/library/node'],
    ['ghcr.io/team/app:v1', 'ghcr.io', 'ghcr.io/team/app', 'v1'],
    ['lowercase:Uppercase', 'docker.io', 'docker.io/library/lowercase', 'Uppercase'],
    // A first part that no repository's path may begin with is a registry.
    ['LOCALHOST/x:1', 'LOCALHOST', 'LOCALHOST/x', '1'],
    ['Docker/docker', 'Docker', 'Docker/docker'],
    ['DOCKER.IO/node', 'DOCKER.IO', 'DOCKER.IO/node'],
    ['localhost/app', 'localhost', 'localhost/app'],
    ['localhost:5000/app:1', 'localhost:5000', 'localhost:5000/app', '1'],
    ['localhost:5000', 'docker.io', 'docker.io/library/localhost', '5000'],
    ['test:5000/repo:tag', 'test:5000', 'test:5000/repo', 'tag'],
    ['test.com:5000', 'docker.io', 'docker.io/library/test.com', '5000'],
    ['test_com/x', 'docker.io', 'docker.io/test_com/x'],
    ['foo_bar.com:8080', 'docker.io', 'docker.io/library/foo_bar.com', '8080'],
    ['foo/foo_bar.com:8080', 'docker.io', 'docker.io/foo/foo_bar.com', '8080'],
    ['192.168.0.1:80', 'docker.io', 'docker.io/library/192.168.0.1', '80'],
    ['192.168.0.1:8/debian', '192.168.0.1:8', '192.168.0.1:8/debian'],
    ['127.0.0.1:5000/team/sub/app', '127.0.0.1:5000', '127.0.0.1:5000/team/sub/app'],
    ['[2001:DB8::1]:5000/app', '[2001:DB8::1]:5000', '[2001:DB8::1]:5000/app'],
    ['[::1]/app:tag', '[::1]', '[::1]/app', 'tag'],
    ['b.gcr.io/test.example.com/my-app:x.y', 'b.gcr.io', 'b.gcr.io/test.example.com/my-app', 'x.y'],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com', 'xn--n3h.com/myimage', 'xn--n3h.com'],
    ['my__app.x---y', 'docker.io', 'docker.io/library/my__app.x---y'],
    [`node@${sha256}`, 'docker.io', 'docker.io/library/node', undefined, sha256],
    [`node:24@${sha256}`, 'docker.io', 'docker.io/library/node', '24', sha256],
    [`x.io/a/b:1@${sha512}`, 'x.io', 'x.io/a/b', '1', sha512],
    [`docker.io/${identifier}`, 'docker.io', `docker.io/library/${identifier}`],
  ])('%s', (text, domain, repository, tag?: string, digest?: string) => {
    expect(parseImageReference(text)).toEqual({
      domain,
      repository,
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    })
  })
})

describe('what is no reference', () => {
  test.each([
    '',
    ' ',
    ':justtag',
    `@${sha256}`,
    'Node',
    'Uppercase:tag',
    'test:5000/Uppercase/lowercase:tag',
    'docker/Docker',
    'docker.io/docker/Docker',
    'node:',
    'node:-x',
    'node:a/b',
    'a//b',
    'docker///docker',
    '/a',
    'a/',
    'ghcr.io/',
    '-docker/docker',
    '-docker.io/docker/docker',
    'a_.b',
    'a___b',
    'a..b',
    'a b',
    'aa/asdf$$^/aa',
    'https://github.com/docker/docker',
    'foo_bar.com:8080/x',
    '[2001:db8::1]',
    '[2001:db8::1]:5000',
    'fc00::1:5000/debian',
    '[fe80::1%eth0]:5000/repo',
    'registry:port/x',
    'node@sha256:12',
    `node@${sha256.toUpperCase()}`,
    `node@sha256:${'A'.repeat(64)}`,
    `node@md5:${'a'.repeat(32)}`,
    `node@${sha256}@${sha256}`,
    `node@${sha256}:tag`,
    identifier,
    `${'a/'.repeat(128)}a:tag`,
    `node:${'x'.repeat(129)}`,
    'node\n',
  ])('%j', (text) => {
    expect(parseImageReference(text)).toBeUndefined()
  })
})

test('whatever is written, the parts put together name the same image again', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,3})?$/)
  const host = fc.constantFrom('', 'ghcr.io/', 'localhost/', 'HOST/', '[::1]:5/', 'docker.io/', 'x:80/')
  const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,8}$/), { nil: undefined })
  const digest = fc.constantFrom(undefined, sha256, sha512)
  fc.assert(
    fc.property(
      host,
      fc.array(part, { minLength: 1, maxLength: 3 }),
      tag,
      digest,
      (registry, parts, name, pin) => {
        // A first part with a dot would be a host.
        fc.pre(registry !== '' || parts.length === 1 || !parts[0]?.includes('.'))
        fc.pre(registry !== '' || parts.length === 1 || parts[0] !== 'localhost')
        const text = `${registry}${parts.join('/')}${name === undefined ? '' : `:${name}`}${pin ? `@${pin}` : ''}`
        const parsed = parseImageReference(text)
        expect([parsed?.tag, parsed?.digest]).toEqual([name, pin])
        expect(parsed?.repository.startsWith(`${parsed.domain}/`)).toBe(true)
        const { domain, repository = '' } = parsed ?? {}
        expect(parseImageReference(repository)).toEqual({ domain, repository })
        expect(pinnedByHand(text)).toBe(pin && `${repository}@${pin}`)
      },
    ),
  )
})

test('garbage of any kind is refused or taken apart, never a crash', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseImageReference(text)))
})
