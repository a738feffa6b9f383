import { expect, test } from 'vitest'
import type { Origin } from '../../../main/definition/devcontainer/document/source-position.ts'
import { parseFeatureReference } from '../../../main/definition/features/feature-reference.ts'

const origin: Origin = { file: '.devcontainer/devcontainer.json', at: () => ({ line: 3, column: 5 }) }
const read = (written: string, folder = '.devcontainer') =>
  parseFeatureReference(written, folder, origin, ['features', written])
const SHA = `sha256:${'a'.repeat(64)}`

test.each([
  [
    'ghcr.io/devcontainers/features/node:1',
    {
      id: 'ghcr.io/devcontainers/features/node:1',
      repository: 'ghcr.io/devcontainers/features/node',
      tag: '1',
    },
  ],
  [
    'GHCR.io/Owner/Repo/Go',
    { id: 'ghcr.io/owner/repo/go', repository: 'ghcr.io/owner/repo/go', tag: 'latest' },
  ],
  ['localhost:5000/f/a:1.2', { id: 'localhost:5000/f/a:1.2', repository: 'localhost:5000/f/a', tag: '1.2' }],
  [`ghcr.io/o/r/x@${SHA}`, { id: `ghcr.io/o/r/x@${SHA}`, repository: 'ghcr.io/o/r/x', digest: SHA }],
])('%s is of a registry', (written, expected) => {
  expect(read(written)).toEqual({ kind: 'registry', written, ...expected })
})

test.each([
  ['./mine', '.devcontainer/mine'],
  ['./deep/er/', '.devcontainer/deep/er'],
  ['./a/../mine', '.devcontainer/mine'],
])('%s is a folder', (written, id) => {
  expect(read(written)).toEqual({ kind: 'folder', id })
})

test('a folder of a definition in a folder of .devcontainer may be beside it, and one of another may not', () => {
  expect(read('../tool', '.devcontainer/python')).toEqual({ kind: 'folder', id: '.devcontainer/tool' })
  for (const [written, folder] of [
    ['../../tool', '.devcontainer/python'],
    ['../../.devcontainer', '.devcontainer/python'],
    ['..', '.devcontainer/python/deep'],
    ['.', '.devcontainer/python'],
    ['../tool', 'sub'],
    ['../.devcontainers/tool', '.devcontainer'],
  ] as const)
    expect(() => read(written, folder)).toThrow(expect.objectContaining({ code: 'definition-invalid' }))
})

test('an address of an archive is one', () => {
  const id = 'https://example.org/x/devcontainer-feature-go.tgz'
  const written = id.replace('https', 'HTTPS')
  expect(read(written)).toEqual({ kind: 'tarball', id, written })
})

test.each([
  ['node', '"ghcr.io/devcontainers/features/node:1"'],
  ['docker-in-docker', '"ghcr.io/devcontainers/features/docker-in-docker:1"'],
  ['golang', '"ghcr.io/devcontainers/features/go:1"'],
  ['common', '"ghcr.io/devcontainers/features/common-utils:1"'],
  ['maven', '"ghcr.io/devcontainers/features/java:1" with its option "installMaven"'],
  ['fish', 'has none of that name'],
  ['constructor', '"ghcr.io/devcontainers/features/constructor:1"'],
  ['owner/repo/feature@v1', 'GitHub releases'],
])('%s is of a form that is gone, and its successor is named', (written, part) => {
  expect(() => read(written)).toThrow(
    expect.objectContaining({
      code: 'definition-unsupported',
      data: expect.objectContaining({ line: 3, column: 5, reason: expect.stringContaining(part) }),
    }),
  )
})

test.each([
  ['../outside', 'below that of the definition'],
  ['./', 'below that of the definition'],
  ['/opt/feature', 'relative to the folder'],
  ['C:\\feature', 'relative to the folder'],
  ['http://example.org/devcontainer-feature-go.tgz', 'https'],
  ['https://user:secret@example.org/devcontainer-feature-go.tgz', 'no user and no password'],
  ['https://example.org/go.tgz', 'devcontainer-feature-NAME.tgz'],
  ['ghcr.io/o/r/x@sha256:12', 'is not a feature'],
  ['', 'is not a feature'],
  ['a b', 'is not a feature'],
])('%s is refused', (written, part) => {
  expect(() => read(written)).toThrow(
    expect.objectContaining({
      code: 'definition-invalid',
      data: expect.objectContaining({ problem: expect.stringContaining(part) }),
    }),
  )
})
