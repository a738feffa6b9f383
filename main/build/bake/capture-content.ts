import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header, type Pack } from 'tar-stream'
import { CONTENT_FILES, type Content } from '../../data/baked-content.ts'
import type { Owner } from './file-owner.ts'

/** What tools make anew by themselves, and leave beside sources wherever they run. */
const CACHES = /(?:^|\/)(?:__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache)(?:\/|$)/
const IN_GIT = /(?:^|\/)\.git(?:\/|$)/
/** What of a repository a command changes on purpose; the rest git changes by itself. */
const SETTINGS = /(?:^|\/)\.git\/(?:config|hooks\/[^/]+)$/
/** Files up to this size are kept in memory on their way (bytes). */
const WHOLE = 1024 * 1024

/** What was found in a view after its hooks. */
export interface Captured extends Pick<Content, 'folders' | 'files'> {
  /** How many files and links lie in the folders. */
  count: number
  /** Copied files and git settings that hooks changed; they are not kept, only reported. */
  changed: string[]
  /** The topmost copied paths that are gone; they are not kept, only reported. */
  removed: string[]
  /** Files that would be inputs of the version; they are not kept, only reported. */
  inputs: string[]
  /** Submodules that are not initialised in the person's folder and in which hooks made something, which is not kept. */
  modules: string[]
  /** What cannot be kept. */
  lost: string[]
}

/**
 * Takes from a view's tar what hooks made in it, and gives it to `into`, which it does not end; there the names of
 * folders begin with `below`, those of single files with `CONTENT_FILES`. `copied` is what the copy contained before,
 * in the form of `workspaceCopyTar`; nothing at or below the paths in `mounted` is taken, because other mounts own
 * those, and nothing in `modules`, because git makes no submodule in a folder that is not empty. `isInput` tells whether a file is an input of the version. With `owner`, everything gets that owner, where the
 * engine did not set one.
 */
export async function captureContent(
  tar: Readable,
  into: Pack,
  below: string,
  {
    copied,
    mounted,
    modules,
    isInput,
    owner,
  }: {
    copied: Map<string, string>
    mounted: string[]
    modules: string[]
    isInput: (at: string) => boolean
    owner?: Owner | undefined
  },
): Promise<Captured> {
  const found: Captured = {
    folders: [],
    count: 0,
    files: {},
    changed: [],
    removed: [],
    inputs: [],
    modules: [],
    lost: [],
  }
  const gone = new Set(copied.keys())
  const entries = extract()
  const reading = pipeline(tar, entries as unknown as NodeJS.WritableStream)
  // Reported by the loop below, which ends with it.
  reading.catch(() => {})
  let root: string | undefined
  const inCopy = (name: string): string => relativeTo(root ?? '', name)
  /** The last folder that was found; what it holds comes right after it. */
  let folder: string | undefined
  for await (const entry of entries) {
    const { header } = entry
    root ??= plain(header.name)
    const at = inCopy(header.name)
    gone.delete(at)
    const body = entry as AsyncIterable<Buffer>
    const rename = (place: string, see?: (chunk: Buffer) => void) =>
      pass(body, into, renamed(header, place, at, inCopy(header.linkname ?? ''), owner), see)
    const keep = () => rename(below)
    const keepSingle = (see?: (chunk: Buffer) => void) => rename(CONTENT_FILES.slice(1), see)
    if (at === '' || mounted.some((other) => isAt(at, other))) await drain(body)
    else if (modules.some((module) => isAt(at, module))) {
      // What somebody put there before is in the copy, too.
      const own = copied.has(at) ? undefined : modules.find((module) => at !== module && isAt(at, module))
      if (own !== undefined && !found.modules.includes(own)) found.modules.push(own)
      await drain(body)
    } else if (folder !== undefined && isAt(at, folder)) {
      const target = header.type === 'link' ? inCopy(header.linkname) : at
      if (found.folders.some((one) => isAt(target, one))) {
        if (header.type !== 'directory') found.count++
        await keep()
      } else {
        found.lost.push(at)
        await drain(body)
      }
    } else if (IN_GIT.test(at) || copied.has(at)) {
      const state = await stateOf(header, body)
      const counts = !IN_GIT.test(at) || SETTINGS.test(at)
      if (counts && state !== copied.get(at)) found.changed.push(at)
    } else if (CACHES.test(at)) await drain(body)
    else if (header.type === 'directory') {
      folder = at
      found.folders.push(at)
      await keep()
    } else if (isInput(at)) {
      found.inputs.push(at)
      await drain(body)
    } else if (header.type === 'symlink') {
      found.files[at] = `-> ${header.linkname}`
      await keepSingle()
    } else if (header.type === 'file') {
      const hashed = createHash('sha256')
      await keepSingle((chunk) => hashed.update(chunk))
      found.files[at] = hashed.digest('hex')
    } else {
      found.lost.push(at)
      await drain(body)
    }
  }
  await reading
  const isReported = (at: string) => !IN_GIT.test(at) && !mounted.some((other) => isAt(at, other))
  found.removed = [...gone].filter((at) => isReported(at) && !gone.has(path.posix.dirname(at)))
  return found
}

const isAt = (at: string, folder: string): boolean => at === folder || at.startsWith(`${folder}/`)

const plain = (name: string): string => name.replace(/^(?:\.?\/)+/, '').replace(/^\.$|\/$/, '')

function relativeTo(root: string, name: string): string {
  const at = plain(name)
  if (root === '') return at
  return at === root ? '' : at.startsWith(`${root}/`) ? at.slice(root.length + 1) : at
}

/** Names and sizes of an extended header are already in the header itself. */
function renamed(
  header: Header,
  below: string,
  at: string,
  target: string,
  owner: Owner | undefined,
): Header {
  const { path: _, linkpath: __, size: ___, ...pax } = (header.pax ?? {}) as Record<string, string>
  return {
    ...header,
    ...owner,
    name: path.posix.join(below, at) + (header.type === 'directory' ? '/' : ''),
    linkname: header.type === 'link' ? path.posix.join(below, target) : header.linkname,
    pax: Object.keys(pax).length > 0 ? pax : null,
  }
}

async function stateOf(header: Header, body: AsyncIterable<Buffer>): Promise<string> {
  const hashed = createHash('sha256')
  for await (const chunk of body) hashed.update(chunk)
  if (header.type === 'directory') return 'dir'
  return header.type === 'symlink' ? `-> ${header.linkname}` : hashed.digest('hex')
}

async function pass(
  body: AsyncIterable<Buffer>,
  into: Pack,
  header: Header,
  see: (chunk: Buffer) => void = () => {},
): Promise<void> {
  if (header.size > WHOLE) {
    await new Promise<void>((resolve, reject) => {
      const sink = into.entry(header, (error) => (error ? reject(error) : resolve()))
      const seen = async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          see(chunk)
          yield chunk
        }
      }
      pipeline(body, seen, sink as unknown as NodeJS.WritableStream).catch(reject)
    })
    return
  }
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    see(chunk)
    chunks.push(chunk)
  }
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve())
    // What has no body ends by itself.
    if (header.type === 'file') into.entry(header, Buffer.concat(chunks), done)
    else into.entry(header, done)
  })
}

async function drain(body: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of body);
}
