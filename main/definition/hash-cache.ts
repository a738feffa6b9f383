import { createHash, randomBytes } from 'node:crypto'
import { type BigIntStats, constants, lstatSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isProductError, productError } from '../../shared/errors.ts'
import { reasonOf, unreadable } from './collect.ts'

/** What tells a file's content apart without reading it, and the content's SHA-256. */
type Entry = [size: string, inode: string, mtimeNs: string, ctimeNs: string, sha256: string]

export interface HashedFile {
  sha256: string
  /** Executable by its owner; never on Windows, which does not know it. */
  executable: boolean
}

/** In nanoseconds: no file system in use has coarser times (FAT: two seconds). */
const GRAIN = 2_000_000_000n
const AT_ONCE = 16
const TRIES = 3
const NO_FOLLOW = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

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
        if (value.cacheVersion === 1 && Array.isArray(value.hashes))
          return new HashCache(file, signal, new Map(value.hashes.filter(isEntry)))
    } catch {
      // Whatever it held can be computed again.
    }
    return new HashCache(file, signal, new Map())
  }

  /** The hash of a file, if it is remembered and the file is unchanged. One look, without waiting. */
  remembered(file: string): HashedFile | undefined {
    const known = this.known.get(file)
    if (!known) return undefined
    // Asked for one by one, fifty thousand answers of the thread pool would take ten times as long.
    const stats = statNow(file)
    if (!stats?.isFile() || !sameTimes(known, stats)) return undefined
    this.used.set(file, known)
    return { sha256: known[4], executable: isExecutable(stats) }
  }

  /**
   * The hash of a file that is no link. `shown` names it in messages.
   * Errors: input-unreadable, also if the file keeps changing while it is read; cancelled.
   */
  async hash(file: string, shown: string): Promise<HashedFile> {
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.running++
    try {
      return await this.hashNow(file, shown)
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
      await writeFile(beside, JSON.stringify({ cacheVersion: 1, hashes: [...this.used] }))
      await rename(beside, this.file)
      this.changed = false
    } catch {
      await rm(beside, { force: true }).catch(() => undefined)
    }
  }

  private async hashNow(file: string, shown: string): Promise<HashedFile> {
    let handle: FileHandle | undefined
    try {
      handle = await open(file, constants.O_RDONLY | NO_FOLLOW)
      for (let tries = 0; tries < TRIES; tries++) {
        const before = await handle.stat({ bigint: true })
        if (!before.isFile()) throw unreadable(shown, 'it is not a regular file')
        const readAt = BigInt(Date.now()) * 1_000_000n
        const sha256 = await contentHash(handle, Number(before.size), this.signal)
        const after = await handle.stat({ bigint: true })
        const entry = entryOf(after, sha256)
        if (!sameTimes(entryOf(before, sha256), after)) continue
        const settled = readAt - GRAIN
        if (after.mtimeNs < settled && after.ctimeNs < settled) {
          this.used.set(file, entry)
          this.changed = true
        }
        return { sha256, executable: isExecutable(after) }
      }
    } catch (error) {
      if (isProductError(error)) throw error
      throw unreadable(shown, reasonOf(error), error)
    } finally {
      await handle?.close()
    }
    throw unreadable(shown, 'it keeps changing while it is read')
  }
}

function statNow(file: string): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false })
  } catch {
    // The reading that follows says what is wrong.
    return undefined
  }
}

async function contentHash(handle: FileHandle, size: number, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(size + 1, 256 * 1024))
  for (let position = 0; ; ) {
    if (signal?.aborted) throw productError('cancelled', {})
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}

const isExecutable = (stats: BigIntStats): boolean =>
  process.platform !== 'win32' && (stats.mode & 0o100n) !== 0n

const entryOf = (stats: BigIntStats, sha256: string): Entry => [
  String(stats.size),
  String(stats.ino),
  String(stats.mtimeNs),
  String(stats.ctimeNs),
  sha256,
]

const sameTimes = (entry: Entry, stats: BigIntStats): boolean =>
  entryOf(stats, entry[4]).every((value, at) => value === entry[at])

const isEntry = (value: unknown): value is [string, Entry] =>
  Array.isArray(value) && typeof value[0] === 'string' && isHash(value[1])

const isHash = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 5 && value.every((part) => typeof part === 'string')
