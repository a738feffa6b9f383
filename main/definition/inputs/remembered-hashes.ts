import { crc32 } from 'node:zlib'
import type { LineEnds } from '../../git/line-endings.ts'

/**
 * What identifies a file's content without reading it. Numbers, because they compare three times as fast as whole
 * nanoseconds; a fraction of a microsecond is still distinguished.
 */
export interface FileTimes {
  size: number
  ino: number
  mtimeMs: number
  ctimeMs: number
}

/** A content's SHA-256, and of a text with CRLF what git makes of it. */
export interface ContentHash {
  sha256: string
  lineEnds?: LineEnds | undefined
}

/** A file as it was when its content was read. */
export interface HashedEntry extends ContentHash {
  /** Its whole path. */
  file: string
  times: FileTimes
}

/*
 * The file that keeps them: six 32-bit words (mark, format, CRC-32 of all that follows the words, number of entries, lengths
 * in bytes of the names and of the line ends), four 64-bit floats of times an entry, 32 bytes of SHA-256 an entry, the names
 * in their order with a NUL between them, and the line ends as JSON by entry. Words and floats are in this computer's byte
 * order, which the mark tells.
 */
const MARK = 0x50524843
const FORMAT = 4
const WORDS = 6
const HEADER = WORDS * Uint32Array.BYTES_PER_ELEMENT
const TIMES = 4
const TIMES_BYTES = TIMES * Float64Array.BYTES_PER_ELEMENT
const HASH_BYTES = 32

/** The hashes of files as they were read before. Reading 20,000 entries takes a few milliseconds. */
export class RememberedHashes {
  private readonly names: string[]
  private readonly times: Float64Array
  /** In hexadecimal digits, one after the other. */
  private readonly hashes: string
  private readonly lineEnds: Record<number, LineEnds>
  /** Where the next file probably is: callers usually ask in order. */
  private next = 0

  constructor(
    names: string[] = [],
    times = new Float64Array(),
    hashes = '',
    lineEnds: Record<number, LineEnds> = {},
  ) {
    this.names = names
    this.times = times
    this.hashes = hashes
    this.lineEnds = lineEnds
  }

  get count(): number {
    return this.names.length
  }

  /** Where a file stands; undefined where it is not known. */
  find(file: string): number | undefined {
    if (this.names[this.next] === file) return this.next++
    let low = 0
    let high = this.names.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.names[middle] ?? '') < file) low = middle + 1
      else high = middle
    }
    if (this.names[low] !== file) return undefined
    this.next = low + 1
    return low
  }

  /** Whether the file that stands there is still as it was. */
  isSame(at: number, { size, ino, mtimeMs, ctimeMs }: FileTimes): boolean {
    const from = at * TIMES
    const { times } = this
    return (
      times[from] === size &&
      times[from + 1] === ino &&
      times[from + 2] === mtimeMs &&
      times[from + 3] === ctimeMs
    )
  }

  hashAt(at: number): ContentHash {
    return {
      sha256: this.hashes.slice(at * HASH_BYTES * 2, (at + 1) * HASH_BYTES * 2),
      lineEnds: this.lineEnds[at],
    }
  }

  entryAt(at: number): HashedEntry {
    const [size = 0, ino = 0, mtimeMs = 0, ctimeMs = 0] = this.times.subarray(at * TIMES, (at + 1) * TIMES)
    return { file: this.names[at] ?? '', times: { size, ino, mtimeMs, ctimeMs }, ...this.hashAt(at) }
  }
}

/** Reads what `encodeHashes` made; undefined for anything else, and for what was cut off or altered since. */
export function decodeHashes(bytes: Buffer): RememberedHashes | undefined {
  if (bytes.length < HEADER) return undefined
  const [mark, format, crc, count = 0, namesLength = 0, lineEndsLength = 0] = wordsOf(bytes)
  if (mark !== MARK || format !== FORMAT) return undefined
  const hashesAt = HEADER + count * TIMES_BYTES
  const namesAt = hashesAt + count * HASH_BYTES
  const lineEndsAt = namesAt + namesLength
  if (bytes.length !== lineEndsAt + lineEndsLength || crc32(bytes.subarray(HEADER)) !== crc) return undefined
  return new RememberedHashes(
    count === 0 ? [] : bytes.toString('utf8', namesAt, lineEndsAt).split('\0'),
    new Float64Array(aligned(bytes.subarray(HEADER, hashesAt))),
    bytes.toString('hex', hashesAt, namesAt),
    JSON.parse(bytes.toString('utf8', lineEndsAt)),
  )
}

export function encodeHashes(entries: HashedEntry[]): Buffer {
  const sorted = entries.toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const times = Float64Array.from(
    sorted.flatMap(({ times: { size, ino, mtimeMs, ctimeMs } }) => [size, ino, mtimeMs, ctimeMs]),
  )
  const names = Buffer.from(sorted.map(({ file }) => file).join('\0'))
  const lineEnds = Buffer.from(
    JSON.stringify(
      Object.fromEntries(sorted.flatMap((entry, at) => (entry.lineEnds ? [[at, entry.lineEnds]] : []))),
    ),
  )
  const hashes = Buffer.from(sorted.map(({ sha256 }) => sha256).join(''), 'hex')
  const body = Buffer.concat([Buffer.from(times.buffer), hashes, names, lineEnds])
  const words = Uint32Array.of(MARK, FORMAT, crc32(body), sorted.length, names.length, lineEnds.length)
  return Buffer.concat([Buffer.from(words.buffer), body])
}

const wordsOf = (bytes: Buffer): Uint32Array => new Uint32Array(aligned(bytes.subarray(0, HEADER)))

/** A copy that begins where numbers may. */
const aligned = ({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
