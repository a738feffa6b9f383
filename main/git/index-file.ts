import type { ObjectHash } from './repository.ts'
import { type TrackedEntries, TrackedFiles } from './tracked-files.ts'

/** In bytes: a longer index is for git. One of two million files has so many. */
export const LONGEST_INDEX = 1 << 28
/** In bytes: no system has longer paths, and git makes no file of such a name. */
const LONGEST_NAME = 4096
/** So many times as long as an index in version 4 its names may be together, which are shortened there. */
const MOST_SHORTENED = 4
const HEADER = 12
/** Where in an entry its mode, its object and, after that, its flags stand. */
const MODE = 24
const OBJECT = 40
/**
 * Of the flags: there are more of them; the file is assumed to be unchanged; the stage of a file in conflict; the length of
 * the name, if it is less.
 */
const EXTENDED = 0x4000
const ASSUMED = 0x8000
const STAGE = 0x3000
const LENGTH = 0xfff
/** Of the further flags: the file is not in the working tree, because a sparse checkout leaves it out. */
const SKIPPED = 0x4000

/**
 * Reads git's index (gitformat-index(5), versions 2 to 4). Undefined for one that only git itself can read, because it
 * is split or sparse, or for anything else.
 */
export function readIndex(index: Buffer, hash: ObjectHash): TrackedFiles | undefined {
  try {
    if (index.toString('latin1', 0, 4) !== 'DIRC') return undefined
    const version = index.readUInt32BE(4)
    const count = index.readUInt32BE(8)
    if (version < 2 || version > 4 || count > index.length / MODE) return undefined
    return version === 4 ? readShortened(index, hash, count) : readPlain(index, hash, count)
  } catch (error) {
    // Cut off: every number is read by its place.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Versions 2 and 3. What is read stays where it is: an index of a large repository has many megabytes. */
function readPlain(index: Buffer, hash: ObjectHash, count: number): TrackedFiles | undefined {
  const entries = newEntries(index, count)
  const size = sizeOf(hash)
  let at = HEADER
  for (let entry = 0; entry < count; entry++) {
    const flagsAt = at + OBJECT + size
    const flags = index.readUInt16BE(flagsAt)
    const start = startOfName(flagsAt, flags)
    const length = flags & LENGTH
    const end = length < LENGTH ? start + length : endOfName(index, start)
    if (end >= index.length) return undefined
    add(entries, start, end, at, flagsAt)
    // Padded with one to eight NULs to a multiple of eight.
    at += Math.floor((end - at) / 8 + 1) * 8
  }
  return needsGit(index, at, size) ? undefined : new TrackedFiles(hash, entries)
}

/** Version 4: each name is stored as the difference from the previous one. */
function readShortened(index: Buffer, hash: ObjectHash, count: number): TrackedFiles | undefined {
  const entries = newEntries(index, count)
  const size = sizeOf(hash)
  let at = HEADER
  let names = Buffer.allocUnsafe(index.length)
  let start = 0
  let end = 0
  for (let entry = 0; entry < count; entry++) {
    const flagsAt = at + OBJECT + size
    const { value, next } = readOffset(index, startOfName(flagsAt, index.readUInt16BE(flagsAt)))
    const endInIndex = endOfName(index, next)
    const same = end - start - value
    const length = same + endInIndex - next
    if (same < 0 || length > LONGEST_NAME || end + length > index.length * MOST_SHORTENED) return undefined
    if (end + length > names.length) names = Buffer.concat([names], names.length * 2)
    names.copy(names, end, start, start + same)
    index.copy(names, end + same, next, endInIndex)
    start = end
    end += length
    entries.names = names
    add(entries, start, end, at, flagsAt)
    at = endInIndex + 1
  }
  return needsGit(index, at, size) ? undefined : new TrackedFiles(hash, entries)
}

/** Room for so many entries of an index. */
const newEntries = (index: Buffer, count: number): TrackedEntries => ({
  count: 0,
  names: index,
  starts: new Uint32Array(count),
  ends: new Uint32Array(count),
  modes: new Uint32Array(count),
  objects: index,
  objectsAt: new Uint32Array(count),
  skipped: [],
  assumed: [],
})

/** Adds the entry at `at` of the index, whose name is from `start` to `end` of the names; a file in conflict has several. */
function add(entries: TrackedEntries, start: number, end: number, at: number, flagsAt: number): void {
  const { count: to, objects: index } = entries
  const flags = index.readUInt16BE(flagsAt)
  if ((flags & STAGE) !== 0 && isSame(entries, start, end)) return
  entries.starts[to] = start
  entries.ends[to] = end
  entries.modes[to] = index.readUInt32BE(at + MODE)
  entries.objectsAt[to] = at + OBJECT
  if (isSkipped(index, flagsAt)) entries.skipped.push(to)
  if ((flags & ASSUMED) !== 0) entries.assumed.push(to)
  entries.count++
}

const startOfName = (flagsAt: number, flags: number): number => flagsAt + ((flags & EXTENDED) === 0 ? 2 : 4)

const isSkipped = (index: Buffer, flagsAt: number): boolean =>
  (index.readUInt16BE(flagsAt) & EXTENDED) !== 0 && (index.readUInt16BE(flagsAt + 2) & SKIPPED) !== 0

/** Whether a name is that of the entry before. */
function isSame({ count, names, starts, ends }: TrackedEntries, start: number, end: number): boolean {
  return count > 0 && names.compare(names, starts[count - 1], ends[count - 1], start, end) === 0
}

const sizeOf = (hash: ObjectHash): number => (hash === 'sha1' ? 20 : 32)

function endOfName(index: Buffer, start: number): number {
  const end = index.indexOf(0, start)
  if (end < 0) throw new RangeError('The name has no end.')
  return end
}

/** A number as in a pack's `OFS_DELTA` (gitformat-pack(5)). */
function readOffset(index: Buffer, start: number): { value: number; next: number } {
  let next = start
  let byte = index.readUInt8(next++)
  let value = byte & 0x7f
  while ((byte & 0x80) !== 0) {
    byte = index.readUInt8(next++)
    value = (value + 1) * 128 + (byte & 0x7f)
  }
  return { value, next }
}

/** Whether an extension has to be understood: those whose signature begins with a small letter. */
function needsGit(index: Buffer, from: number, size: number): boolean {
  for (let at = from; at + 8 <= index.length - size; at += 8 + index.readUInt32BE(at + 4))
    if (/^[a-z]/.test(index.toString('latin1', at, at + 4))) return true
  return false
}
