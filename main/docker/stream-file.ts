import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, pack } from 'tar-stream'
import type { Engine } from './connection/connect.ts'
import { copyFrom, copyInto } from './copy-files.ts'
import { paxIds } from './pax-ids.ts'

/**
 * The content of one file of a container, running or not, as it is read; undefined if the engine gives something else than
 * a file. Whoever stops reading ends it. Errors: those of `copyFrom`; while reading, what breaks the connection.
 */
export async function openFile(
  engine: Engine,
  container: string,
  at: string,
  run: { signal?: AbortSignal | undefined },
): Promise<{ size: number; content: AsyncGenerator<Buffer> } | undefined> {
  const tar = await copyFrom(engine, container, at, run)
  const entries = extract()
  // Whoever reads the entries ends with what went wrong.
  pipeline(tar, entries as unknown as NodeJS.WritableStream).catch(() => {})
  const close = () => void tar.destroy()
  try {
    const first = await entries[Symbol.asyncIterator]().next()
    if (first.done || first.value.header.type !== 'file') {
      close()
      return undefined
    }
    const file = first.value
    return { size: file.header.size ?? 0, content: contentOf(file as unknown as Readable, close, run.signal) }
  } catch (error) {
    close()
    throw error
  }
}

async function* contentOf(
  file: Readable,
  close: () => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  signal?.addEventListener('abort', close, { once: true })
  try {
    yield* file as AsyncIterable<Buffer>
    signal?.throwIfAborted()
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}

/** A file to be written: its name is short and of ASCII characters; `size` in bytes. */
export interface NewFile {
  name: string
  size: number
  mode: number
  uid: number
  gid: number
}

const BLOCK = 512

/**
 * Writes a file into a folder of a container. If `content` ends before its size, so does what is sent: the engine fails
 * after it has written what it has, and a part of the file is left. Errors: those of `copyInto`.
 */
export function putFile(
  engine: Engine,
  container: string,
  folder: string,
  file: NewFile,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  return copyInto(engine, container, folder, tarOf(file, content), {})
}

/** A file as a plain tar. The library writes the head; its own stream takes no content that ends early. */
export async function* tarOf(file: NewFile, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const head = pack()
  const entry = {
    ...file,
    type: 'file',
    uname: '',
    gname: '',
    mtime: new Date(),
    pax: paxIds(file),
  } as const
  head.entry(entry).on('error', () => {})
  await once(head, 'readable')
  // All of it is there by then.
  for (let block = head.read(); block !== null; block = head.read()) yield block as Buffer
  let sent = 0
  for await (const chunk of content) {
    const wanted = chunk.subarray(0, file.size - sent)
    sent += wanted.length
    if (wanted.length > 0) yield wanted
  }
  if (sent < file.size) return
  yield Buffer.alloc(((BLOCK - (file.size % BLOCK)) % BLOCK) + 2 * BLOCK)
}
