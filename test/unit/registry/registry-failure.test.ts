import { expect, test } from 'vitest'
import { registryFailure } from '../../../main/registry/registry-failure.ts'

test.each([
  ['no matching manifest for linux/amd64 in the manifest list entries', 'platform-missing'],
  [
    'image with reference x was found but does not provide the specified platform (linux/arm64)',
    'platform-missing',
  ],
  ['no match for platform in manifest: not found', 'platform-missing'],
  ['no image found in image index for architecture "amd64", variant "", OS "linux"', 'platform-missing'],
  ['manifest for x:1 not found: manifest unknown: manifest unknown', 'reference-unknown'],
  ['unexpected status from HEAD request to https://r/v2/x/manifests/1: 403 Forbidden', 'reference-unknown'],
  ['Get "https://registry-1.docker.io/v2/": Forbidden', 'registry-unreachable'],
  [
    'Get "https://registry-1.docker.io/v2/": proxyconnect tcp: dial tcp: lookup proxy: not found',
    'registry-unreachable',
  ],
  ['toomanyrequests: rate limit', 'registry-busy'],
])('what an engine says of a registry is understood: %s', (problem, code) => {
  expect(registryFailure('x:1', new Error(problem))).toMatchObject({ code })
})
