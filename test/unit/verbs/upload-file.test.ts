import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openHome } from '../../../main/store/home.ts'
import { endingEarly, requireWritable, uploadFile } from '../../../main/verbs/container-files/upload-file.ts'

async function* parts(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}
async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('a')
  throw new Error('The disk broke.')
}
const { signal } = new AbortController()

test.each([
  ['is complete', parts('ab', 'c'), undefined],
  ['became longer', parts('abc', 'd'), undefined],
  ['became shorter', parts('ab'), 'It became shorter while it was read.'],
  ['cannot be read further', failing(), 'The disk broke.'],
])('content that %s', async (_, content, problem) => {
  const source = endingEarly(content, 3, signal)
  for await (const chunk of source.content) void chunk
  expect(source.problem()).toBe(problem)
})

test('where the engine takes no more, or a person cancels, the content is not at fault', async () => {
  const refused = endingEarly(parts('a', 'b', 'c'), 3, signal)
  for await (const chunk of refused.content) if (chunk.toString() === 'b') break
  expect(refused.problem()).toBeUndefined()

  const stop = new AbortController()
  const cancelled = endingEarly(parts('a', 'b', 'c'), 3, stop.signal)
  for await (const chunk of cancelled.content) if (chunk.toString() === 'a') stop.abort()
  expect(cancelled.problem()).toBeUndefined()
})

describe.runIf(process.platform === 'linux')('files of this computer', () => {
  let folder = ''
  const server = createServer()
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'upload-'))
    await writeFile(path.join(folder, 'locked'), 'a', { mode: 0 })
    execFileSync('mkfifo', [path.join(folder, 'pipe')])
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'socket'), resolve))
  })
  afterAll(async () => {
    server.close()
    await rm(folder, { recursive: true })
  })

  test.each([
    ['nothing', 'There is no such file.'],
    // Root may read every file of a disk.
    [process.getuid?.() === 0 ? '/sys/bus/cpu/uevent' : 'locked', 'It may not be read.'],
    ['.', 'It is not a file.'],
    ['pipe', 'It is not a file.'],
    ['socket', 'It is not a file.'],
    ['/proc/cpuinfo', expect.stringMatching(/^It has no size: the system makes its content/)],
  ])('what cannot be copied is refused before an environment is asked for: %s', async (name, why) => {
    const source = path.resolve(folder, name)
    const request = { source, folder: '/tmp', name: 'a', replace: false }
    const host = { home: openHome({ PRISTINE_HOME: path.join(folder, 'home') }) } as never
    const project = { path: path.join(folder, 'shop') } as never
    await expect(uploadFile(host, project, request, { signal, report: () => {} })).rejects.toMatchObject({
      code: 'file-not-copied',
      why,
    })
  })
})

const mount = (Destination: string, RW: boolean) =>
  ({ Type: 'bind', Source: '/home/me/x', Destination, RW }) as never
const details = (ReadonlyRootfs: boolean) => ({
  Mounts: [mount('/ro', false), mount('/ro/in/rw', true), mount('/file', true)],
  HostConfig: { ReadonlyRootfs },
})

test.each([
  ['/opt/a', true, 'The environment is sealed: copy into the workspace or a volume.'],
  ['/ro/in/a', false, '/ro is mounted read-only.'],
  ['/file', false, 'It is mounted by itself. Write to /home/me/x on the computer of the engine.'],
])('%s, where nothing can be written, is refused with the cause', (at, sealed, why) => {
  expect(() => requireWritable(at, details(sealed))).toThrow(expect.objectContaining({ why }))
})

test.each([
  ['/opt/a', false],
  ['/ro/in/rw/a', true],
  ['/rows/a', false],
])('%s can be written', (at, sealed) => {
  requireWritable(at, details(sealed))
})
