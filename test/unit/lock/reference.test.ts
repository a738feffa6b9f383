import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReference } from '../../../main/lock/reference.ts'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

test.each([
  ['node', { repository: 'docker.io/library/node' }],
  ['node:24-bookworm', { repository: 'docker.io/library/node', tag: '24-bookworm' }],
  ['team/app', { repository: 'docker.io/team/app' }],
  ['docker.io/node', { repository: 'docker.io/library/node' }],
  ['docker.io/library/node:24', { repository: 'docker.io/library/node', tag: '24' }],
  ['index.docker.io/team/app', { repository: 'docker.io/team/app' }],
  ['ghcr.io/team/app:v1', { repository: 'ghcr.io/team/app', tag: 'v1' }],
  ['Registry/app', { repository: 'Registry/app' }],
  ['[2001:DB8::1]:5000/app', { repository: '[2001:DB8::1]:5000/app' }],
  ['localhost/app', { repository: 'localhost/app' }],
  ['localhost:5000/app:1', { repository: 'localhost:5000/app', tag: '1' }],
  ['127.0.0.1:5000/team/sub/app', { repository: '127.0.0.1:5000/team/sub/app' }],
  [`node@${digest}`, { repository: 'docker.io/library/node', digest }],
  [`node:24@${digest}`, { repository: 'docker.io/library/node', tag: '24', digest }],
  ['my__app.x-y', { repository: 'docker.io/library/my__app.x-y' }],
])('%s is taken apart', (text, expected) => {
  expect(parseReference(text)).toEqual(expected)
})

test.each([
  '',
  ' ',
  ':1',
  'Node',
  'node:',
  'node:-x',
  'a//b',
  '/a',
  'a/',
  '-a',
  'node@sha256:12',
  'a b',
  'ghcr.io/',
  'node:a/b',
])('"%s" is not a reference', (text) => {
  expect(parseReference(text)).toBeUndefined()
})

test('whatever is written, the parts put together name the same image again', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,5}([._-][a-z0-9]{1,3})?$/)
  const host = fc.constantFrom('', 'ghcr.io/', 'localhost:5000/', 'docker.io/')
  const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,8}$/), { nil: undefined })
  fc.assert(
    fc.property(
      host,
      fc.array(part, { minLength: 1, maxLength: 3 }),
      tag,
      fc.boolean(),
      (registry, parts, name, pinned) => {
        // A first part with a dot would be a host.
        fc.pre(registry !== '' || parts.length === 1 || !parts[0]?.includes('.'))
        const text = `${registry}${parts.join('/')}${name === undefined ? '' : `:${name}`}${pinned ? `@${digest}` : ''}`
        const parsed = parseReference(text)
        expect(parsed?.tag).toBe(name)
        const { repository = '' } = parsed ?? {}
        expect(parseReference(repository)).toEqual({ repository })
      },
    ),
  )
})

test('garbage of any kind is refused or taken apart, never a crash', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseReference(text)))
})
