import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import Docker from 'dockerode'
import { expect, test } from 'vitest'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { boundedText, MAX_OUTPUT } from '../../../main/docker/streams/bounded-text.ts'
import { demux } from '../../../main/docker/streams/demux.ts'
import { runGit } from '../../../main/git/run-git.ts'
import { runTool } from '../../../main/secrets/key-store-tool.ts'

const PIECE = 64 * 1024

test('a text that does not end is cut, and who prints it is ended once', async () => {
  let [pieces, ended] = [0, 0]
  const endless = Readable.from(
    (function* () {
      for (; ended === 0 || pieces < 1_000; pieces++) yield Buffer.from('x'.repeat(PIECE))
    })(),
  )
  const kept = await boundedText(endless, () => ended++)
  expect(ended).toBe(1)
  expect(kept.length).toBeLessThan(MAX_OUTPUT + 2 * PIECE)
  expect(await boundedText(Readable.from([Buffer.from('ä')]), () => ended++)).toBe('ä')
  expect(ended).toBe(1)
})

/** What an engine sends of a command: its pieces, one frame each. */
function frames(count: number, made: { count: number }): Readable {
  const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 1, 0, 0]), Buffer.from('x'.repeat(PIECE))])
  return Readable.from(
    (function* () {
      for (; made.count < count; made.count++) yield frame
    })(),
  )
}

test('what is printed waits for a slow reader, and is lost to nobody', async () => {
  const made = { count: 0 }
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const source = frames(200, made)
  demux({ docker: new Docker() } as unknown as Engine, source, stdout, stderr)
  source.once('end', () => stdout.end())
  await pause(200)
  expect(made.count).toBeLessThan(20)
  expect((await text(stdout)).length).toBe(200 * PIECE)
})

test('after it was cancelled nobody is waited for', async () => {
  const made = { count: 0 }
  const cancel = new AbortController()
  const source = frames(200, made)
  const ended = new Promise((resolve) => source.once('end', resolve))
  const engine = { docker: new Docker() } as unknown as Engine
  demux(engine, source, new PassThrough(), new PassThrough(), cancel.signal)
  await pause(100)
  cancel.abort()
  await ended
  expect(made.count).toBe(200)
})

test.skipIf(process.platform === 'win32')(
  'programs of this computer that print without end are ended',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pristine-endless-'))
    try {
      const program = path.join(folder, 'git')
      await writeFile(program, '#!/bin/sh\nexec yes\n')
      await chmod(program, 0o755)
      const env = { PATH: `${folder}:${process.env['PATH']}` }
      const options = {
        env,
        cwd: folder,
        signal: AbortSignal.timeout(60_000),
        protocols: [],
        interactive: false,
      }
      expect(await runGit(['status'], options)).toMatchObject({
        code: -1,
        messages: ['It printed more than 16 MB, and was ended.'],
      })
      const tool = { program, store: 'the keyring', missing: '', env }
      await expect(runTool(tool, [])).rejects.toMatchObject({
        code: 'key-store-unusable',
        why: `"${program}" did not end.`,
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
