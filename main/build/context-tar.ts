import { createHash } from 'node:crypto'
import { createReadStream, fstatSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Header, type Pack, pack } from 'tar-stream'
import { isProductError, productError } from '../../shared/errors.ts'
import type { InputFile } from '../../shared/plan.ts'
import { byBytes } from '../files/byte-order.ts'
import { type Opened, openOwn } from '../files/open-inside.ts'
import { readPrefix } from '../files/read-prefix.ts'
import { contentWithHash, LONGEST_TEXT } from '../git/line-endings.ts'

/** Something that goes along with a context and is not part of the project. `mode` is 0644 if not given. */
type ExtraFile = { path: string; mode?: number } & (
  | { content: string | Buffer }
  | { file: string; sha256: string }
)

export interface ContextOptions {
  files: InputFile[]
  /** Opens a file's content. What it reads is sent only if it is what was planned. */
  open: (file: InputFile) => Opened
  /** Of the contents, those that what is opened may have with CRLF instead of LF: they are sent as they were planned. */
  converted?: ReadonlySet<string>
  extra?: ExtraFile[]
  /** A folder of the tar that takes the files; the extra ones stay beside it. */
  folder?: string
  /** Is given the content of each file up to `WHOLE` as it is sent. */
  sent?: ((sha256: string, content: Buffer) => void) | undefined
}

/** Files up to this size are read whole, and checked before a byte of them is sent. */
export const WHOLE = 1024 * 1024

type EntryHeader = Partial<Header> & Pick<Header, 'name'>

type Item = { name: string; write: (out: Pack) => Promise<void> }

/**
 * A build context as a tar stream: the same bytes for the same inputs (sorted, no times, no owners, modes 0644 and
 * 0755). Files are read as the stream is consumed; a file whose content differs from the plan ends the stream with
 * input-unreadable.
 */
export function contextTar(options: ContextOptions): Readable {
  const items = [
    ...options.files.map((file) => inputItem(options, file)),
    ...(options.extra ?? []).map((extra) => extraItem(extra)),
  ]
  const sorted = [...foldersOf(items, options.folder), ...items].sort((a, b) => byBytes(a.name, b.name))
  return Readable.from(inLargeChunks(sorted), { objectMode: false })
}

/** In bytes. A tar of small files comes in three pieces a file, each of which would be sent by itself. */
const CHUNK_SIZE = 256 * 1024

async function* inLargeChunks(items: Item[]): AsyncGenerator<Buffer> {
  const out = pack()
  // Nothing is written before there is a reader: an unhandled error would end the process.
  writeAll(out, items).catch((error: unknown) =>
    out.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  let waiting: Buffer[] = []
  let length = 0
  for await (const chunk of out as AsyncIterable<Buffer>) {
    waiting.push(chunk)
    length += chunk.length
    if (length < CHUNK_SIZE) continue
    yield Buffer.concat(waiting)
    waiting = []
    length = 0
  }
  yield Buffer.concat(waiting)
}

async function writeAll(out: Pack, items: Item[]): Promise<void> {
  for (const item of items) {
    if (out.destroyed) return
    await item.write(out)
  }
  out.finalize()
}

/** The folders above the items, which the tar would else leave to the engine's taste. */
function foldersOf(items: Item[], folder: string | undefined): Item[] {
  const names = new Set<string>(folder === undefined ? [] : [folder])
  for (const { name } of items)
    for (let slash = name.lastIndexOf('/'); slash >= 0; slash = name.lastIndexOf('/', slash - 1)) {
      const above = name.slice(0, slash)
      if (names.has(above)) break
      names.add(above)
    }
  for (const { name } of items) names.delete(name)
  return [...names].map((name) => ({ name, write: (out) => writeFolder(out, name) }))
}

const writeFolder = (out: Pack, name: string): Promise<void> =>
  writeEntry(out, { name: `${name}/`, type: 'directory', mode: 0o755 })

function inputItem({ open, folder, converted, sent }: ContextOptions, file: InputFile): Item {
  const [shown, executable, content] = file
  const name = folder === undefined ? shown : `${folder}/${shown}`
  if (content === 'dir') return { name, write: (out) => writeFolder(out, name) }
  if (content.startsWith('-> '))
    return {
      name,
      write: (out) => writeEntry(out, { name, type: 'symlink', linkname: content.slice(3), mode: 0o777 }),
    }
  const header = { name, mode: executable ? 0o755 : 0o644 }
  return {
    name,
    write: (out) =>
      writeFile(out, header, () => open(file), {
        shown,
        sha256: content,
        whole: converted?.has(content),
        sent,
      }),
  }
}

function extraItem(extra: ExtraFile): Item {
  const header = { name: extra.path, mode: extra.mode ?? 0o644 }
  if ('content' in extra)
    return { name: extra.path, write: (out) => writeEntry(out, header, Buffer.from(extra.content)) }
  const open = () => openOwn(extra.file)
  return {
    name: extra.path,
    write: (out) => writeFile(out, header, open, { shown: extra.file, sha256: extra.sha256 }),
  }
}

/** `whole`: it is read whole, as long as a text can be, because it may have to be sent with other line ends. */
async function writeFile(
  out: Pack,
  header: EntryHeader,
  open: () => Opened,
  {
    shown,
    sha256,
    whole = false,
    sent,
  }: { shown: string; sha256: string; whole?: boolean | undefined; sent?: ContextOptions['sent'] },
): Promise<void> {
  const changed = (cause?: unknown): Error =>
    productError(
      'input-unreadable',
      { path: shown, problem: 'it changed while it was being sent' },
      { cause },
    )
  const hash = createHash('sha256')
  const check = (): void => {
    if (hash.digest('hex') !== sha256) throw changed()
  }
  try {
    using file = open()
    const stats = fstatSync(file.fd)
    if (!stats.isFile()) throw changed()
    if (stats.size <= (whole ? LONGEST_TEXT : WHOLE)) {
      const content = contentWithHash(readPrefix(file.fd, stats.size), sha256)
      if (!content) throw changed()
      await writeEntry(out, header, content)
      sent?.(sha256, content)
      return
    }
    await new Promise<void>((resolve, reject) => {
      const entry = out.entry({ ...fixed, ...header, size: stats.size }, (error) =>
        error ? reject(error) : resolve(),
      )
      pipeline(
        createReadStream('', { fd: file.fd, autoClose: false, end: stats.size - 1 }),
        async function* (chunks: AsyncIterable<Buffer>) {
          let length = 0
          for await (const chunk of chunks) {
            hash.update(chunk)
            length += chunk.length
            // Before the last piece goes out, so that a wrong file is never whole on the other side.
            if (length === stats.size) check()
            yield chunk
          }
          if (length < stats.size) throw changed()
        },
        entry,
      ).catch(reject)
    })
  } catch (error) {
    if (isProductError(error) || out.destroyed) throw error
    throw changed(error)
  }
}

const fixed = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' }

function writeEntry(out: Pack, header: EntryHeader, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve())
    if (content) out.entry({ ...fixed, ...header }, content, done)
    else out.entry({ ...fixed, ...header }, done)
  })
}
