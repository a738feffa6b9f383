import { createHash, hash, randomBytes } from 'node:crypto'
import { fstatSync, lstatSync, read, readSync, type Stats } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { isProductError, productError } from '../../shared/errors.ts'
import { reasonOf, unreadable } from './collect.ts'
import { openInside } from './inside.ts'
import { type LineEnds, readLineEnds } from './line-ends.ts'

/**
 * What tells a file's content apart without reading it, and the content's SHA-256. Numbers, which are compared in a third
 * of the time that whole nanoseconds take: a fraction of a microsecond is told apart.
 */
type Entry = [
  size: number,
  inode: number,
  mtimeMs: number,
  ctimeMs: number,
  sha256: string,
  lineEnds: LineEnds | null,
]

const CACHE_VERSION = 3

export interface HashedFile {
  sha256: string
  /** Executable by its owner; never on Windows, which does not know it. */
  executable: boolean
  /** Of a text with CRLF line ends. */
  lineEnds?: LineEnds
}

/** In milliseconds: no file system in use has coarser times (FAT: two seconds). */
const GRAIN = 2_000
const AT_ONCE = 16
const TRIES = 3
/** In bytes: what is read and hashed at once, which takes less than a millisecond. */
const SMALL = 256 * 1024
/** In bytes: no text that a person writes is longer. */
const LONGEST_TEXT = 256 * 1024 * 1024

/**
 * The hashes of files, remembered by path, size, inode, mtime and ctime. As in git, what was changed so
 * shortly before it was read that a second change could bear the same time is not remembered.
 */
export class HashCache {
  /** Ends hashing with `cancelled`. */
  readonly signal: AbortSignal | undefined
  private readonly file: string | undefined
  private readonly known: Map<string, Entry>
  private readonly used = new Map<string, Entry>()
  private readonly waiting: (() => void)[] = []
  private running = 0
  private changed = false

  private constructor(file: string | undefined, signal: AbortSignal | undefined, known: Map<string, Entry>) {
    this.file = file
    this.signal = signal
    this.known = known
  }

  /** Opens the cache kept in a file; one that is missing or broken is empty. Without a file nothing is kept. */
  static async open(file?: string, signal?: AbortSignal): Promise<HashCache> {
    if (file === undefined) return new HashCache(file, signal, new Map())
    try {
      const value: unknown = JSON.parse(await readFile(file, 'utf8'))
      if (typeof value === 'object' && value !== null && 'hashes' in value && 'cacheVersion' in value)
        if (value.cacheVersion === CACHE_VERSION && Array.isArray(value.hashes))
          return new HashCache(file, signal, new Map(value.hashes.filter(isEntry)))
    } catch {
      // Whatever it held can be computed again.
    }
    return new HashCache(file, signal, new Map())
  }

  /**
   * The hash of a file, if it is remembered and the file is unchanged. One look, without waiting. It follows links above
   * the file: what it is compared with, down to the inode and its times, was read where no link leads away.
   */
  remembered(file: string): HashedFile | undefined {
    const known = this.known.get(file)
    if (!known) return undefined
    const stats = statNow(file)
    if (!stats?.isFile() || !sameTimes(known, stats)) return undefined
    this.used.set(file, known)
    return hashedFile(known, stats)
  }

  /**
   * The hash of the file at `name` below a folder, if it is remembered or the file is small; no link is followed below
   * `root`, whose own path has none. Error: input-unreadable, naming `name`.
   */
  hashAtOnce(root: string, name: string): HashedFile | undefined {
    const file = path.join(root, name)
    return this.remembered(file) ?? told(name, () => this.hashSmall(root, name, file))
  }

  /** The same of a file of any size. Errors: input-unreadable, also if it keeps changing while it is read; cancelled. */
  async hash(root: string, name: string): Promise<HashedFile> {
    const known = this.hashAtOnce(root, name)
    if (known) return known
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.running++
    try {
      return await this.hashLarge(root, name)
    } catch (error) {
      throw asUnreadable(name, error)
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.running--
    }
  }

  /** Writes down what was used since opening, whole or not at all; a cache that cannot be written is none. */
  async save(): Promise<void> {
    if (this.file === undefined || (!this.changed && this.used.size === this.known.size)) return
    const beside = `${this.file}.${randomBytes(4).toString('hex')}.tmp`
    try {
      await mkdir(path.dirname(this.file), { recursive: true })
      await writeFile(beside, JSON.stringify({ cacheVersion: CACHE_VERSION, hashes: [...this.used] }))
      await rename(beside, this.file)
      this.changed = false
    } catch {
      await rm(beside, { force: true }).catch(() => undefined)
    }
  }

  private hashSmall(root: string, name: string, file: string): HashedFile | undefined {
    using opened = openInside(root, name)
    for (let tries = 0; tries < TRIES; tries++) {
      const before = regular(opened.fd, name)
      if (before.size > SMALL) return undefined
      const readAt = Date.now()
      const buffer = Buffer.allocUnsafe(before.size + 1)
      const content = buffer.subarray(0, readWhole(opened.fd, buffer))
      const read = { sha256: hash('sha256', content), lineEnds: readLineEnds(content) }
      const same = this.settle(file, before, fstatSync(opened.fd), read, readAt)
      if (same) return same
    }
    throw unreadable(name, 'it keeps changing while it is read')
  }

  private async hashLarge(root: string, name: string): Promise<HashedFile> {
    using opened = openInside(root, name)
    for (let tries = 0; tries < TRIES; tries++) {
      const before = regular(opened.fd, name)
      const readAt = Date.now()
      const { sha256, mayBeText } = await contentHash(opened.fd, this.signal)
      const isText = mayBeText && before.size <= LONGEST_TEXT
      const lineEnds = isText ? readLineEnds(wholeOf(opened.fd, before.size)) : undefined
      const after = fstatSync(opened.fd)
      const same = this.settle(path.join(root, name), before, after, { sha256, lineEnds }, readAt)
      if (same) return same
    }
    throw unreadable(name, 'it keeps changing while it is read')
  }

  /** What was read between two equal looks; remembered, unless it changed too shortly before. `readAt`: milliseconds. */
  private settle(
    file: string,
    before: Stats,
    after: Stats,
    read: { sha256: string; lineEnds: LineEnds | undefined },
    readAt: number,
  ): HashedFile | undefined {
    const entry: Entry = [...timesOf(after), read.sha256, read.lineEnds ?? null]
    if (!sameTimes(timesOf(before), after)) return undefined
    const settled = readAt - GRAIN
    if (after.mtimeMs < settled && after.ctimeMs < settled) {
      this.used.set(file, entry)
      this.changed = true
    }
    return hashedFile(entry, after)
  }
}

const hashedFile = ([, , , , sha256, lineEnds]: Entry, stats: Stats): HashedFile => ({
  sha256,
  executable: isExecutable(stats),
  ...(lineEnds && { lineEnds }),
})

function told<T>(shown: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw asUnreadable(shown, error)
  }
}

const asUnreadable = (shown: string, error: unknown): unknown =>
  isProductError(error) ? error : unreadable(shown, reasonOf(error), error)

function regular(fd: number, shown: string): Stats {
  const stats = fstatSync(fd)
  if (!stats.isFile()) throw unreadable(shown, 'it is not a regular file')
  return stats
}

/** What a file of this size holds, from its beginning. */
function wholeOf(fd: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size)
  return buffer.subarray(0, readWhole(fd, buffer))
}

/** Returns how much there was; a file that is longer than the buffer fills it. */
function readWhole(fd: number, buffer: Buffer): number {
  for (let length = 0; ; ) {
    const more = length < buffer.length ? readSync(fd, buffer, length, buffer.length - length, length) : 0
    if (more === 0) return length
    length += more
  }
}

function statNow(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch {
    // The reading that follows says what is wrong.
    return undefined
  }
}

const readPiece = promisify(read)

/** `mayBeText`: it has a CRLF somewhere and no NUL. */
async function contentHash(
  fd: number,
  signal?: AbortSignal,
): Promise<{ sha256: string; mayBeText: boolean }> {
  const hash = createHash('sha256')
  let returns = false
  let binary = false
  const buffer = Buffer.allocUnsafe(SMALL)
  for (let position = 0; ; ) {
    if (signal?.aborted) throw productError('cancelled', {})
    const { bytesRead } = await readPiece(fd, buffer, 0, buffer.length, position)
    if (bytesRead === 0) return { sha256: hash.digest('hex'), mayBeText: returns && !binary }
    const piece = buffer.subarray(0, bytesRead)
    hash.update(piece)
    binary ||= piece.includes(0)
    returns ||= !binary && piece.includes('\r')
    position += bytesRead
  }
}

const isExecutable = (stats: Stats): boolean => process.platform !== 'win32' && (stats.mode & 0o100) !== 0

type Times = [size: number, inode: number, mtimeMs: number, ctimeMs: number]

const timesOf = ({ size, ino, mtimeMs, ctimeMs }: Stats): Times => [size, ino, mtimeMs, ctimeMs]

const sameTimes = ([size, inode, mtimeMs, ctimeMs]: Times | Entry, stats: Stats): boolean =>
  size === stats.size && inode === stats.ino && mtimeMs === stats.mtimeMs && ctimeMs === stats.ctimeMs

const isEntry = (value: unknown): value is [string, Entry] =>
  Array.isArray(value) && typeof value[0] === 'string' && isHash(value[1])

const isHash = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 6 &&
  value.slice(0, 5).every((part, at) => typeof part === (at === 4 ? 'string' : 'number')) &&
  (value[5] === null || isLineEnds(value[5]))

const isLineEnds = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'object' in value && 'converted' in value
