import path from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { isProductError, productError } from '../../shared/errors.ts'
import { byBytes } from '../files/byte-order.ts'

/** An entry of a feature's archive. A link's target stays as it is written: it is followed in the container only. */
export type ArchiveEntry = { path: string } & (
  | { kind: 'file'; executable: boolean; content: Buffer }
  | { kind: 'link'; target: string }
  | { kind: 'folder' }
)

/** In bytes, packed and unpacked. The largest public features have some hundred KB. */
export const MAX_ARCHIVE = 64 * 1024 * 1024
const MAX_ENTRIES = 10_000
/** In bytes: the metadata is read again with each definition that uses the feature. */
const MAX_METADATA = 1024 * 1024
/** In bytes, of a path and of each of its parts: what file systems of containers take. */
const MAX_PATH = 1024
const MAX_NAME = 255
const GZIP = Buffer.from([0x1f, 0x8b])

/**
 * Reads the archive of a feature: a tar, perhaps compressed, with `install.sh` and `devcontainer-feature.json` at its top
 * (https://containers.dev/implementors/features-distribution/#packaging). Sorted by path. `reference` is only named.
 * Error: `feature-invalid`, for what is no such archive, too large, or has entries outside of its folder.
 */
export async function readFeatureArchive(archive: Buffer, reference: string): Promise<ArchiveEntry[]> {
  const fail = (problem: string, cause?: unknown) =>
    productError('feature-invalid', { reference, problem }, { cause })
  const entries = new Map<string, ArchiveEntry>()
  let [count, size] = [0, 0]
  try {
    for await (const entry of readTar(unpacked(archive), entries)) {
      count += 1
      if (count > MAX_ENTRIES) throw fail(`it has more than ${MAX_ENTRIES} entries`)
      // Hard links take no room in the archive.
      size += entry.kind === 'file' ? entry.content.length : 0
      if (size > MAX_ARCHIVE) throw fail(`its files are larger than ${MAX_ARCHIVE / 1024 ** 2} MiB together`)
      if (entry.path !== '') entries.set(entry.path, entry)
    }
  } catch (error) {
    if (isProductError(error)) throw error
    throw fail((error as Error).message, error)
  }
  for (const name of ['install.sh', 'devcontainer-feature.json'])
    if (entries.get(name)?.kind !== 'file') throw fail(`it has no ${name}`)
  const metadata = entries.get('devcontainer-feature.json')
  if (metadata?.kind === 'file' && metadata.content.length > MAX_METADATA)
    throw fail(`its devcontainer-feature.json is larger than ${MAX_METADATA / 1024 ** 2} MiB`)
  for (const name of entries.keys())
    for (let above = path.posix.dirname(name); above !== '.'; above = path.posix.dirname(above))
      if (entries.has(above) && entries.get(above)?.kind !== 'folder')
        throw fail(`${JSON.stringify(name)} is below ${JSON.stringify(above)}, which is no folder`)
  return [...entries.values()].sort((a, b) => byBytes(a.path, b.path))
}

function unpacked(archive: Buffer): Buffer {
  if (!archive.subarray(0, 2).equals(GZIP)) return archive
  return gunzipSync(archive, { maxOutputLength: MAX_ARCHIVE })
}

/** `before`: what was read so far, by path, which hard links are to. */
async function* readTar(
  tar: Buffer,
  before: ReadonlyMap<string, ArchiveEntry>,
): AsyncGenerator<ArchiveEntry> {
  const entries = extract()
  Readable.from([tar]).pipe(entries as unknown as NodeJS.WritableStream)
  for await (const entry of entries) {
    const { name, type, mode = 0, linkname } = entry.header
    const at = pathOf(name)
    const pieces: Buffer[] = []
    for await (const piece of entry) pieces.push(piece as Buffer)
    if (type === 'file' || type === 'contiguous-file')
      yield { path: at, kind: 'file', executable: (mode & 0o100) !== 0, content: Buffer.concat(pieces) }
    else if (type === 'directory') yield { path: at, kind: 'folder' }
    else if (type === 'symlink' && linkname) yield { path: at, kind: 'link', target: linkname }
    else if (type === 'link' && linkname) yield { ...linkedFile(name, linkname, before), path: at }
    else throw new Error(`${JSON.stringify(name)} is a ${type}, which a feature cannot have`)
  }
}

/** The file that a hard link is another name of: the archive has to have it before. */
function linkedFile(name: string, linkname: string, before: ReadonlyMap<string, ArchiveEntry>): ArchiveEntry {
  const file = before.get(pathOf(linkname))
  if (file?.kind === 'file') return file
  const [link, target] = [name, linkname].map((text) => JSON.stringify(text))
  throw new Error(`${link} is a hard link to ${target}, which is no file that stands before it`)
}

/** Relative, with forward slashes; an archive from elsewhere may contain any name. */
function pathOf(name: string): string {
  const plain = path.posix.normalize(name).replace(/\/$/, '')
  const hasControl = [...name].some((character) => character < ' ')
  if (plain.startsWith('/') || plain === '..' || plain.startsWith('../') || name.includes('\\') || hasControl)
    throw new Error(`${JSON.stringify(name)} leads out of its folder, or is no name of a file`)
  const isLong = plain.split('/').some((part) => Buffer.byteLength(part) > MAX_NAME)
  if (isLong || Buffer.byteLength(plain) > MAX_PATH)
    throw new Error(`${JSON.stringify(name.slice(0, 60))}… is longer than the name of a file can be`)
  return plain === '.' ? '' : plain
}
