import { expect, test } from 'vitest'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'
import { permissionsOfBuild } from '../../../main/trust/build-permissions.ts'
import { decideTrust } from '../../../main/trust/decide-trust.ts'

test('a download with a checksum is shown, and asked for where this computer answers', () => {
  const sum = `--checksum=sha256:${'1'.repeat(64)}`
  const text = `FROM scratch\nADD ${sum} http://127.0.0.1:80/a /\nADD ${sum} https://x.org/b /\n`
  const found = permissionsOfBuild({}, readDockerfile(text, { file: 'Dockerfile', args: {} }))
  const [own, other] = ['http://127.0.0.1:80/a', 'https://x.org/b'].map((url) => ({ kind: 'download', url }))
  expect(found).toEqual([own, other])
  const state = { origin: 'folder', remote: null, defaults: true, granted: [] } as const
  expect(decideTrust(state, found)).toMatchObject({ asked: [own], capabilities: [own, other] })
})
