import { expect, test } from 'vitest'
import { devcontainerLockPath } from '../../../main/lock/devcontainer-lock.ts'
import { featurePinProblem, resolvedOf } from '../../../main/lock/feature-pin.ts'
import { lockText, parseLock } from '../../../main/lock/lock-file.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const REFERENCE = 'ghcr.io/devcontainers/features/node:1'
const PIN = { version: '1.6.1', resolved: `ghcr.io/devcontainers/features/node@${DIGEST}`, integrity: DIGEST }
const URL = 'https://example.org/devcontainer-feature-tool.tgz'

test('the pins of features are a section of the lock, which is absent without them', () => {
  const text = `{
  "downloads": {},
  "features": {
    "${REFERENCE}": {
      "dependsOn": [
        "ghcr.io/devcontainers/features/common-utils"
      ],
      "integrity": "${DIGEST}",
      "resolved": "${PIN.resolved}",
      "version": "1.6.1"
    },
    "${URL}": {
      "integrity": "${DIGEST}",
      "resolved": "${URL}"
    }
  },
  "images": {},
  "lockVersion": 1
}
`
  expect(lockText(parseLock(text, 'pristine.lock'))).toBe(text)
})

test.each([
  [REFERENCE, { ...PIN, resolved: `ghcr.io/evil/features/node@${DIGEST}` }, 'is not it'],
  [REFERENCE, { ...PIN, integrity: `sha256:${'b'.repeat(64)}` }, 'is not it'],
  [`${REFERENCE}@sha256:${'b'.repeat(64)}`, PIN, 'is not it'],
  [URL, { resolved: 'https://example.com/other.tgz', integrity: DIGEST }, 'is not it'],
  [REFERENCE, { ...PIN, integrity: 'md5:1' }, 'must have'],
  [REFERENCE, { ...PIN, more: 1 }, 'must have'],
  [REFERENCE, { ...PIN, dependsOn: [1] }, 'must have'],
  [REFERENCE, null, 'must have'],
])('the pin of %s to %j is refused', (reference, pin, problem) => {
  expect(featurePinProblem(reference, pin)).toContain(problem)
  const lock = { lockVersion: 1, downloads: {}, images: {}, features: { [reference]: pin } }
  expect(() => parseLock(JSON.stringify(lock), 'pristine.lock')).toThrow(
    expect.objectContaining({ code: 'lock-invalid' }),
  )
})

test('a reference is resolved in its own repository, in any case', () => {
  expect(resolvedOf('GHCR.io/Devcontainers/Features/Node:1', DIGEST)).toBe(PIN.resolved)
  expect(resolvedOf(URL, DIGEST)).toBe(URL)
  expect(featurePinProblem(`${REFERENCE}`, PIN)).toBeUndefined()
})

test('the lock of other tools is beside the definition, with the name that they give it', () => {
  expect(devcontainerLockPath('.devcontainer/devcontainer.json')).toBe('.devcontainer/devcontainer-lock.json')
  expect(devcontainerLockPath('.devcontainer/a/devcontainer.json')).toBe(
    '.devcontainer/a/devcontainer-lock.json',
  )
  expect(devcontainerLockPath('.devcontainer.json')).toBe('.devcontainer-lock.json')
})
