import { expect, test } from 'vitest'
import { expectError } from '../definition/project.ts'
import { read } from './stack-of.ts'

const buildsOf = (services: string) =>
  Object.values(read(`services: ${services}`).stack.services).map(({ name, build }) => [name, build?.context])

test.each([
  ['the same name', '{web: {build: ./web, image: acme/shop}, worker: {image: acme/shop}}'],
  [
    'another spelling of it',
    '{web: {build: ./web, image: shop}, worker: {image: "docker.io/library/shop:latest"}}',
  ],
  [
    'one service without a build',
    '{worker: {image: "r.example/shop:1"}, web: {build: ./web, image: "r.example/shop:1"}}',
  ],
  [
    'a build that is written twice',
    '{worker: {image: s}, web: {build: ./web, image: s}, api: {build: ./web, image: s}}',
  ],
])('a service that names the image that another builds has the same build: %s', (_, services) => {
  const builds = Object.fromEntries(buildsOf(services))
  expect(builds['worker']).toBe('./web')
  expect(builds['web']).toBe('./web')
})

test('also the image of a service that takes no part', () => {
  const services =
    '{base: {build: {context: ./web, args: {A: "1"}}, image: shop, profiles: [build]}, web: {image: shop}}'
  const { stack, record } = read(`services: ${services}`)
  expect(Object.keys(stack.services)).toEqual(['web'])
  expect(stack.services['web']?.build).toMatchObject({ context: './web', args: { A: '1' } })
  expect(record).toMatchObject({ services: { web: { build: { context: './web' } } } })
})

test.each([
  ['another tag', '{web: {build: ./web, image: "shop:2"}, worker: {image: "shop:1"}}'],
  ['a build without a name', '{web: {build: ./web}, worker: {image: web}}'],
  ['a pinned image', `{web: {build: ./web, image: shop}, worker: {image: "shop@sha256:${'a'.repeat(64)}"}}`],
])('another image is one of a registry: %s', (_, services) => {
  expect(Object.fromEntries(buildsOf(services))['worker']).toBeUndefined()
})

test('which of two builds a name means is not guessed', async () => {
  const services =
    '{web: {build: ./web, image: shop}, api: {build: ./api, image: shop}, worker: {image: shop}}'
  await expectError(() => read(`services: ${services}`), 'definition-invalid', {
    problem: '"services.worker.image" names "shop", which web and api build, each in another way',
  })
})
