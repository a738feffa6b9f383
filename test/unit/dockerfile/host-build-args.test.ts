/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles and Compose files write variables. */
import { expect, test } from 'vitest'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'
import { hostBuildArgs } from '../../../main/definition/host-build-args.ts'

const options = {
  file: 'Dockerfile',
  args: { TOKEN: 'from-here', BASE: 'busybox', PLAIN: '1' },
  hostBuildArgs: ['TOKEN', 'BASE'],
}

test.each([
  'FROM a\nARG TOKEN\nADD https://x/tool?token=$TOKEN /\n',
  'ARG TOKEN\nFROM a AS one\nARG TOKEN\nENV URL=https://x/${TOKEN#from-}\nFROM one\nADD ["${URL}/tool", "/"]\n',
  'FROM a\nARG TOKEN\nARG URL=https://$TOKEN@x/tool\nADD --checksum=sha256:0 ${URL} /\n',
])('the address of a download has no value of this computer: %j', (text) => {
  const read = () => readDockerfile(text, options)
  expect(read).toThrow(expect.objectContaining({ code: 'definition-unsupported' }))
  expect(read).toThrow(
    expect.objectContaining({
      why: expect.stringContaining('the value that TOKEN has on this computer'),
    }),
  )
  expect(read).not.toThrow(expect.objectContaining({ why: expect.stringContaining('from-here') }))
})

test('anything else may depend on it, and a download on what the definition itself says', () => {
  const text = [
    'ARG BASE\nFROM $BASE',
    'ARG TOKEN\nARG PLAIN',
    'RUN --mount=type=secret,id=token tool $TOKEN',
    'COPY $TOKEN /',
    'ADD https://x/tool-$PLAIN /\n',
  ].join('\n')
  const { downloads, images } = readDockerfile(text, options)
  expect(downloads.map(({ url }) => url)).toEqual(['https://x/tool-1'])
  expect(images.map(({ reference }) => reference)).toEqual(['busybox'])
})

test('a default of the definition is no value of this computer', () => {
  const args = { SET: 'mine', UNSET: '1.2', PATH: '/home/ann/shop' }
  const hostArgs = { SET: '${localEnv:SET}', UNSET: '${localEnv:V:1.2}', PATH: '${localWorkspaceFolder}' }
  expect(hostBuildArgs({ args, hostArgs }, false)).toEqual(['SET', 'PATH'])
  const compose = { SET: '${SET}', UNSET: '${V:-1.2}' }
  expect(hostBuildArgs({ args, hostArgs: compose }, true)).toEqual(['SET'])
})
