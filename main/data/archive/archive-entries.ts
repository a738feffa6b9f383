import { createHash } from 'node:crypto'
import type { Header } from 'tar-stream'
import * as z from 'zod/mini'
import { canonical } from '../../../shared/canonical.ts'
import { SnapshotName } from '../../../shared/snapshot.ts'
import { paxIds } from '../../docker/pax-ids.ts'

/** The first entry of an archive: its manifest. */
export const MANIFEST = 'pristine-snapshot.json'
/** The last entry: a SHA-256 for each volume. */
export const CHECKSUMS = 'checksums.json'
/** In bytes. */
export const MAX_DOCUMENT = 1024 * 1024
const MAX_PATH = 4096
/** The highest id of a user or a group: the next value means none (chown(2)). */
const MAX_ID = 0xffff_fffe
/** In seconds of Unix time, in both directions: the limit of a JavaScript date. */
const MAX_TIME = 8.64e12
/** Every entry is kept in memory while a volume is read. */
const MAX_ENTRIES = 5_000_000

export const Manifest = z.strictObject({
  format: z.literal(1),
  name: SnapshotName,
  takenAt: z.iso.datetime(),
  /** The names of the volumes within their project; a volume's index is part of the names of its entries. */
  volumes: z
    .array(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,100}$/)))
    .check(z.minLength(1), z.maxLength(1000)),
})
export type Manifest = z.infer<typeof Manifest>

export const Checksums = z.strictObject({
  volumes: z.array(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
})

/** One entry of a volume. `path` is relative to the volume's root, which is the empty path. */
export interface VolumeEntry {
  path: string
  type: 'file' | 'directory' | 'symlink' | 'link'
  mode: number
  uid: number
  gid: number
  /** Seconds of Unix time. */
  mtime: number
  /** In bytes; only for a file. */
  size: number
  /** For a symbolic link, its target as written; for a hard link, the path of the file in the volume. */
  target: string
}

const TYPES: Partial<Record<NonNullable<Header['type']>, VolumeEntry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'link',
}

/**
 * Reads an entry of the tar of a volume, whose names begin with `root`; undefined for devices, pipes and sockets, which
 * are not data. Throws an error with the reason if it leads out of the volume.
 */
export function readEntry(header: Header, root: string): VolumeEntry | undefined {
  const type = TYPES[header.type ?? 'file']
  if (!type) return undefined
  const path = pathBelow(header.name, root)
  const linkname = header.linkname ?? ''
  const { mode } = header
  const [uid, gid] = [longNumber(header, 'uid') ?? header.uid, longNumber(header, 'gid') ?? header.gid]
  const mtime = Math.floor(longNumber(header, 'mtime') ?? (header.mtime ?? new Date(0)).getTime() / 1000)
  const isNumber = (number: number, least: number, most: number) =>
    Number.isSafeInteger(number) && number >= least && number <= most
  if (![uid, gid].every((id) => isNumber(id, 0, MAX_ID))) throw new Error(`"${path}" has no usable owner`)
  if (!isNumber(mtime, -MAX_TIME, MAX_TIME)) throw new Error(`"${path}" has no usable time`)
  if (![mode, header.size ?? 0].every((number) => isNumber(number, 0, Number.MAX_SAFE_INTEGER)))
    throw new Error(`"${path}" has no usable mode or size`)
  if (type !== 'directory' && path === '') throw new Error('the top of a volume is no folder')
  if (linkname.length > MAX_PATH || linkname.includes('\0'))
    throw new Error(`"${path}" has an unusable target`)
  return {
    ...{ path, type, uid, gid },
    // A file from an archive never gets the setuid or setgid bit.
    mode: type === 'directory' ? mode & 0o7777 : mode & 0o1777,
    mtime,
    size: type === 'file' ? (header.size ?? 0) : 0,
    target: type === 'link' ? pathBelow(linkname, root) : type === 'symlink' ? linkname : '',
  }
}

/** A number of the header that does not fit there and is stored beside it. */
function longNumber({ pax }: Header, name: 'uid' | 'gid' | 'mtime'): number | undefined {
  const text = (pax as Record<string, string> | null | undefined)?.[name]
  return text === undefined ? undefined : Number(text)
}

/** The path of an entry in its volume. Throws an error if it leads out of the volume. */
export function pathBelow(name: string, root: string): string {
  const whole = name.replace(/\/+$/, '')
  if (whole === root) return ''
  const path = whole.slice(root.length + 1)
  const parts = path.split('/')
  if (!whole.startsWith(`${root}/`) || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new Error(`"${name}" leads out of its volume`)
  if (whole.length > MAX_PATH || name.includes('\0')) throw new Error(`"${path}" is no path`)
  return path
}

/** The limit of a time in a header, which begins in 1970: in 2038. */
const MAX_SHORT_TIME = 0x7fff_ffff

/** The header of an entry in a tar whose names begin with `root`. */
export function writeEntry(entry: VolumeEntry, root: string): Partial<Header> & Pick<Header, 'name'> {
  const { path, type, mode, uid, gid, mtime, size, target } = entry
  const linkname = type === 'link' ? `${root}/${target}` : type === 'symlink' ? target : null
  const isLongTime = mtime < 0 || mtime > MAX_SHORT_TIME
  const pax = {
    ...paxIds(entry),
    ...(isLongTime && { mtime: String(mtime) }),
  }
  return {
    name: path === '' ? root : `${root}/${path}`,
    ...{ type, mode, uid, gid, size },
    mtime: new Date(isLongTime ? 0 : mtime * 1000),
    ...(linkname !== null && { linkname }),
    ...(Object.keys(pax).length > 0 && { pax }),
  }
}

/** Accepts the entries of one volume in order, and sums them up. */
export class VolumeCheck {
  private readonly hash = createHash('sha256')
  private readonly kinds = new Map<string, VolumeEntry['type']>()

  /** Throws an error with the reason if an entry would be written through another one, or twice. */
  add(entry: VolumeEntry): void {
    const { path, type, target } = entry
    if (this.kinds.size === MAX_ENTRIES) throw new Error(`it has more than ${MAX_ENTRIES} entries`)
    if (this.kinds.size === 0 && path !== '') throw new Error('a volume has no top')
    if (this.kinds.has(path)) throw new Error(`"${path}" is there twice`)
    const above = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
    if (path !== '' && this.kinds.get(above) !== 'directory') throw new Error(`"${path}" is in no folder`)
    if (type === 'link' && this.kinds.get(target) !== 'file' && this.kinds.get(target) !== 'symlink')
      throw new Error(`"${path}" is a link to no file before it`)
    // A hard link to a symbolic link is a link as well.
    this.kinds.set(path, type === 'link' ? (this.kinds.get(target) ?? type) : type)
    this.hash.update(`${canonical(entry)}\n`)
  }

  content(chunk: Uint8Array): void {
    this.hash.update(chunk)
  }

  sum(): string {
    if (this.kinds.size === 0) throw new Error('a volume is missing')
    return this.hash.digest('hex')
  }
}
