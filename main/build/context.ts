import { createHash, hash as hashOf } from 'node:crypto'
import { createReadStream, fstatSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { isProductError, productError } from '../../shared/errors.ts'
import type { InputFile } from '../../shared/plan.ts'
import { contentWithHash } from '../definition/inputs/line-ends.ts'
import { byBytes } from '../files/byte-order.ts'
import { type Opened, openOwn } from '../files/inside.ts'
import { TarWriter } from './tar.ts'

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
  /** Is shown the content of each file up to `WHOLE` as it is sent. The bytes are its own until it returns. */
  sent?: ((sha256: string, content: Buffer) => void) | undefined
}

/** Files up to this size are read whole, and checked before a byte of them is sent. */
export const WHOLE = 1024 * 1024

/** A content that is read when its turn comes. `shown` names it in messages. */
interface Source {
  open: () => Opened
  shown: string
  sha256: string
  /** It is read whole, however large it is, because it may have to be sent with other line ends. */
  whole?: boolean | undefined
  sent?: ContextOptions['sent']
}

type Item = { name: string } & (
  | { kind: 'folder' }
  | { kind: 'link'; target: string }
  | { kind: 'content'; mode: number; content: Buffer }
  | { kind: 'file'; mode: number; source: Source }
)

/**
 * A build context as a tar stream: the same bytes for the same inputs (sorted, no times, no owners, modes
 * 0644 and 0755). Files are read as the stream is; one whose content is no longer what was planned ends
 * the stream with input-unreadable.
 */
export function contextTar(options: ContextOptions): Readable {
  const items = [
    ...options.files.map((file) => inputItem(options, file)),
    ...(options.extra ?? []).map((extra) => extraItem(extra)),
  ]
  const sorted = [...foldersOf(items, options.folder), ...items].sort((a, b) => byBytes(a.name, b.name))
  return Readable.from(packed(sorted), { objectMode: false })
}

async function* packed(items: Item[]): AsyncGenerator<Buffer> {
  const out = new TarWriter()
  for (const item of items) {
    const { name } = item
    switch (item.kind) {
      case 'folder':
        out.add({ kind: 'folder', name, mode: 0o755 })
        break
      case 'link':
        out.add({ kind: 'link', name, mode: 0o777, target: item.target })
        break
      case 'content':
        addContent(out, name, item.mode, item.content)
        break
      case 'file':
        if (!addSmallFile(out, name, item.mode, item.source))
          yield* largeFile(out, name, item.mode, item.source)
    }
    yield* out.take()
  }
  out.end()
  yield* out.take()
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
  return [...names].map((name) => ({ kind: 'folder', name }))
}

function inputItem({ open, folder, converted, sent }: ContextOptions, file: InputFile): Item {
  const [shown, executable, content] = file
  const name = folder === undefined ? shown : `${folder}/${shown}`
  if (content === 'dir') return { kind: 'folder', name }
  if (content.startsWith('-> ')) return { kind: 'link', name, target: content.slice(3) }
  const source = { open: () => open(file), shown, sha256: content, whole: converted?.has(content), sent }
  return { kind: 'file', name, mode: executable ? 0o755 : 0o644, source }
}

function extraItem(extra: ExtraFile): Item {
  const { path: name, mode = 0o644 } = extra
  if ('content' in extra) return { kind: 'content', name, mode, content: Buffer.from(extra.content) }
  const { file, sha256 } = extra
  return { kind: 'file', name, mode, source: { open: () => openOwn(file), shown: file, sha256 } }
}

function addContent(out: TarWriter, name: string, mode: number, content: Buffer): void {
  out.add({ kind: 'file', name, mode, size: content.length })
  out.write(content)
  out.pad(content.length)
}

/** Small files are read here, one after the other. */
const small = Buffer.allocUnsafeSlow(WHOLE)

/** Adds a file that is read whole; false for one that is too large for that. */
function addSmallFile(out: TarWriter, name: string, mode: number, source: Source): boolean {
  const content = unlessChanged(source, () => {
    using file = source.open()
    const stats = fstatSync(file.fd)
    if (!stats.isFile()) throw changed(source)
    if (stats.size > WHOLE && !source.whole) return undefined
    const buffer = stats.size > WHOLE ? Buffer.allocUnsafe(stats.size) : small.subarray(0, stats.size)
    const read = readWhole(file.fd, buffer)
    if (hashOf('sha256', read) === source.sha256) return read
    const other = contentWithHash(read, source.sha256)
    if (!other) throw changed(source)
    return other
  })
  if (!content) return false
  addContent(out, name, mode, content)
  source.sent?.(source.sha256, content)
  return true
}

function readWhole(fd: number, buffer: Buffer): Buffer {
  for (let length = 0; ; ) {
    const more = length < buffer.length ? readSync(fd, buffer, length, buffer.length - length, length) : 0
    if (more === 0) return buffer.subarray(0, length)
    length += more
  }
}

async function* largeFile(
  out: TarWriter,
  name: string,
  mode: number,
  source: Source,
): AsyncGenerator<Buffer> {
  try {
    using file = source.open()
    const stats = fstatSync(file.fd)
    if (!stats.isFile()) throw changed(source)
    out.add({ kind: 'file', name, mode, size: stats.size })
    const hash = createHash('sha256')
    let sent = 0
    for await (const chunk of createReadStream('', { fd: file.fd, autoClose: false, end: stats.size - 1 })) {
      hash.update(chunk)
      sent += chunk.length
      // Before the last piece goes out, so that a wrong file is never whole on the other side.
      if (sent === stats.size && hash.digest('hex') !== source.sha256) throw changed(source)
      out.write(chunk)
      yield* out.take()
    }
    if (sent < stats.size) throw changed(source)
    out.pad(sent)
  } catch (error) {
    throw isProductError(error) ? error : changed(source, error)
  }
}

function unlessChanged<T>(source: Source, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw isProductError(error) ? error : changed(source, error)
  }
}

const changed = ({ shown }: Source, cause?: unknown): Error =>
  productError('input-unreadable', { path: shown, problem: 'it changed while it was being sent' }, { cause })
