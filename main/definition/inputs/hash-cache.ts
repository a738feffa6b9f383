import { createHash, hash, randomBytes } from 'node:crypto'
import { fstatSync, lstatSync, read, type Stats } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { isProductError, productError } from '../../../shared/errors.ts'
import { openInside } from '../../files/open-inside.ts'
import { readPrefix } from '../../files/read-prefix.ts'
import { type LineEnds, LONGEST_TEXT, readLineEnds } from '../../git/line-endings.ts'
import { reasonOf, unreadable } from './collect-files.ts'
import {
  type ContentHash,
  decodeHashes,
  encodeHashes,
  type FileTimes,
  type HashedEntry,
  RememberedHashes,
} from './remembered-hashes.ts'

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

/**
 * The hashes of files, remembered by path, size, inode, mtime and ctime. As in git, what was changed so
 * shortly before it was read that a second change could bear the same time is not remembered.
 */
export class HashCache {
  /** Ends hashing with `cancelled`. */
  readonly signal: AbortSignal | undefined
  private readonly file: string | undefined
  private readonly known: RememberedHashes
  /** Which of the known were used. */
  private readonly used: Uint8Array
  /** What was read since opening, by path. */
  private readonly fresh = new Map<string, HashedEntry>()
  private readonly waiting: (() => void)[] = []
  private running = 0

  private constructor(file: string | undefined, signal: AbortSignal | undefined, known: RememberedHashes) {
    this.file = file
    this.signal = signal
    this.known = known
    this.used = new Uint8Array(known.count)
  }

  /** Opens the cache kept in a file; one that is missing or broken is empty. Without a file nothing is kept. */
  static async open(file?: string, signal?: AbortSignal): Promise<HashCache> {
    // Whatever it held can be computed again.
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined)
    return new HashCache(file, signal, (bytes && decodeHashes(bytes)) ?? new RememberedHashes())
  }

  /**
   * The hash of a file, if it is remembered and the file is unchanged. One look, without waiting. It follows links above
   * the file: what it is compared with, down to the inode and its times, was read where no link leads away.
   */
  remembered(file: string): HashedFile | undefined {
    const at = this.known.find(file)
    if (at === undefined) return undefined
    const stats = statNow(file)
    if (!stats?.isFile() || !this.known.isSame(at, stats)) return undefined
    this.used[at] = 1
    return hashedFile(this.known.hashAt(at), stats)
  }

  /**
   * The hash of the file at `name` below a folder, if it is remembered or the file is small; no link is followed below
   * `root`, whose own path has none. Error: input-unreadable, naming `name`.
   */
  hashAtOnce(root: string, name: string): HashedFile | undefined {
    const file = fileAt(root, name)
    return this.remembered(file) ?? orUnreadable(name, () => this.hashSmall(root, name, file))
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
    if (this.file === undefined || (this.fresh.size === 0 && !this.used.includes(0))) return
    const beside = `${this.file}.${randomBytes(4).toString('hex')}.tmp`
    try {
      await mkdir(path.dirname(this.file), { recursive: true })
      await writeFile(beside, encodeHashes(this.entries()))
      await rename(beside, this.file)
    } catch {
      await rm(beside, { force: true }).catch(() => undefined)
    }
  }

  /** What was used of the known, and what was read. */
  private entries(): HashedEntry[] {
    const used = [...this.used].flatMap((isUsed, at) => (isUsed ? [this.known.entryAt(at)] : []))
    return [...used.filter(({ file }) => !this.fresh.has(file)), ...this.fresh.values()]
  }

  private hashSmall(root: string, name: string, file: string): HashedFile | undefined {
    using opened = openInside(root, name)
    for (let tries = 0; tries < TRIES; tries++) {
      const before = regular(opened.fd, name)
      if (before.size > SMALL) return undefined
      const readAt = Date.now()
      const content = readPrefix(opened.fd, before.size + 1)
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
      const lineEnds = isText ? readLineEnds(readPrefix(opened.fd, before.size)) : undefined
      const after = fstatSync(opened.fd)
      const same = this.settle(fileAt(root, name), before, after, { sha256, lineEnds }, readAt)
      if (same) return same
    }
    throw unreadable(name, 'it keeps changing while it is read')
  }

  /** What was read between two equal looks; remembered, unless it changed too shortly before. `readAt`: milliseconds. */
  private settle(
    file: string,
    before: Stats,
    after: Stats,
    read: ContentHash,
    readAt: number,
  ): HashedFile | undefined {
    if (!sameTimes(before, after)) return undefined
    const settled = readAt - GRAIN
    if (after.mtimeMs < settled && after.ctimeMs < settled)
      this.fresh.set(file, { file, times: timesOf(after), ...read })
    return hashedFile(read, after)
  }
}

function hashedFile({ sha256, lineEnds }: ContentHash, stats: Stats): HashedFile {
  const executable = isExecutable(stats)
  return lineEnds ? { sha256, executable, lineEnds } : { sha256, executable }
}

/** The path of what lies below a folder; a name has no parts that lead up. */
const fileAt = (root: string, name: string): string =>
  path.sep === '/' && !root.endsWith('/') ? `${root}/${name}` : path.join(root, name)

function orUnreadable<T>(shown: string, read: () => T): T {
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

function statNow(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch {
    // The read that follows reports what is wrong.
    return undefined
  }
}

const readChunk = promisify(read)

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
    const { bytesRead } = await readChunk(fd, buffer, 0, buffer.length, position)
    if (bytesRead === 0) return { sha256: hash.digest('hex'), mayBeText: returns && !binary }
    const chunk = buffer.subarray(0, bytesRead)
    hash.update(chunk)
    binary ||= chunk.includes(0)
    returns ||= !binary && chunk.includes('\r')
    position += bytesRead
  }
}

const isExecutable = (stats: Stats): boolean => process.platform !== 'win32' && (stats.mode & 0o100) !== 0

const timesOf = ({ size, ino, mtimeMs, ctimeMs }: Stats): FileTimes => ({ size, ino, mtimeMs, ctimeMs })

const sameTimes = (a: FileTimes, b: FileTimes): boolean =>
  a.size === b.size && a.ino === b.ino && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs
