import { expect, test } from 'vitest'
import { featureName } from '../../../renderer/screens/environment/overview/feature-name.ts'

test.each([
  ['ghcr.io/devcontainers/features/node:1.6', 'node'],
  [`ghcr.io/devcontainers/features/node@sha256:${'a'.repeat(64)}`, 'node'],
  ['127.0.0.1:5000/own/tool', 'tool'],
  ['.devcontainer/local-tool', 'local-tool'],
  ['https://example.org/f/devcontainer-feature-deno.tgz?raw=1', 'deno'],
])('the feature %s is called %s', (reference, name) => {
  expect(featureName(reference)).toBe(name)
})
