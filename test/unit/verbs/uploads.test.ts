import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Uploads } from '../../../main/transfers/uploads.ts'
import type { Upload } from '../../../main/verbs/container-files/upload-file.ts'
import { productError } from '../../../shared/errors.ts'
import { UploadId } from '../../../shared/file.ts'

const unknown = UploadId.parse('0'.repeat(32))

let folder: string
let uploads: Uploads
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-uploads-'))
  uploads = new Uploads(folder)
})
afterEach(async () => {
  await uploads.cancelAll()
  // It is never there by a name.
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})

/** An upload that keeps what it was sent. */
const keeping = () => {
  const received: Buffer[] = []
  const upload: Upload = async (content) => {
    for await (const chunk of content) received.push(chunk)
    return { path: '/data/a', place: 'volume', bytes: Buffer.concat(received).length }
  }
  return { upload, text: () => Buffer.concat(received).toString() }
}

test('pieces become one content, and an upload that is over is unknown', async () => {
  const { upload, text } = keeping()
  const id = await uploads.start(upload, 7)
  await Promise.all([uploads.send(id, Buffer.from('one ')), uploads.send(id, Buffer.from('two'))])
  expect(await uploads.finish(id)).toEqual({ path: '/data/a', place: 'volume', bytes: 7 })
  expect(text()).toBe('one two')
  for (const one of [id, unknown])
    for (const call of [uploads.send(one, Buffer.from('x')), uploads.finish(one), uploads.cancel(one)])
      await expect(call).rejects.toMatchObject({ code: 'transfer-unknown' })
})

test('more than was said is not taken, and an upload that fails says why', async () => {
  const failing: Upload = async () => {
    throw productError('disk-full', { while: 'copying', problem: 'no space' })
  }
  const id = await uploads.start(failing, 3)
  await uploads.send(id, Buffer.from('abc'))
  await expect(uploads.send(id, Buffer.from('d'))).rejects.toMatchObject({ code: 'transfer-unknown' })
  await expect(uploads.finish(id)).rejects.toMatchObject({ code: 'disk-full' })
  await expect(uploads.cancel(id)).rejects.toMatchObject({ code: 'transfer-unknown' })
})

test('one that is cancelled while it is finished is aborted', async () => {
  const began = Promise.withResolvers<void>()
  const id = await uploads.start(async (_, { signal }) => {
    began.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw productError('cancelled', {})
  }, 0)
  const finished = expect(uploads.finish(id)).rejects.toMatchObject({ code: 'cancelled' })
  await began.promise
  await uploads.cancel(id)
  await finished
})

test('one that is left alone for a minute is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const id = await uploads.start(keeping().upload, 2)
    vi.advanceTimersByTime(50_000)
    await uploads.send(id, Buffer.from('x'))
    vi.advanceTimersByTime(50_000)
    await uploads.send(id, Buffer.from('y'))
    vi.advanceTimersByTime(70_000)
    await vi.waitUntil(() =>
      uploads.send(id, Buffer.alloc(0)).then(
        () => false,
        () => true,
      ),
    )
  } finally {
    vi.useRealTimers()
  }
})

test('more than a few do not go on at once', async () => {
  const ids = await Promise.all(Array.from({ length: 16 }, () => uploads.start(keeping().upload, 0)))
  await expect(uploads.start(keeping().upload, 0)).rejects.toMatchObject({ code: 'usage' })
  await Promise.all(ids.map((id) => uploads.finish(id)))
  await uploads.finish(await uploads.start(keeping().upload, 0))
})
