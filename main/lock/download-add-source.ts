import { createHash, hash as hashOf, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isProductError, isSystemError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { HashCache } from '../definition/inputs/hash-cache.ts'
import { atMost, getPatiently, webClient } from '../registry/https-get.ts'
import { ensureFolder, type Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** In bytes: an answer without an end must not fill the disk. */
const LARGEST = 8 * 1024 ** 3

/** The SHA-256 of a download, from its integrity `sha256:…`. */
export const sha256Of = (integrity: string): string => integrity.replace('sha256:', '')

/** Where a downloaded file is kept, by its content. */
const blobFile = (home: Home, integrity: string): string => path.join(home.blobs, sha256Of(integrity))

/**
 * The record that a content came from an address: a digest alone says nothing about that, and a lock may name any content
 * that the store has.
 */
const originFile = (home: Home, url: string, integrity: string): string =>
  path.join(home.downloads, `${sha256Of(integrity)}-${hashOf('sha256', url).slice(0, 16)}`)

/**
 * Downloads a remote `ADD` source of at most 8 GiB into the store and returns its integrity, `sha256:…`.
 * Errors: `download-failed`, `storage-failed`, `cancelled`.
 */
export async function downloadAddSource(
  home: Home,
  url: string,
  env: Environment,
  run: Run,
): Promise<string> {
  const name = `Download ${url}`
  const step = { kind: 'step', id: name, name, phase: 'download', subject: url } as const
  run.report({ ...step, state: 'running' })
  await ensureFolder(home.blobs)
  const temporary = path.join(home.blobs, `${randomBytes(6).toString('hex')}.tmp`)
  try {
    // What is on this computer is downloaded only by an address that says so, and was granted.
    const answer = await getPatiently(webClient(env, false), new URL(url), {}, run.signal)
    if (answer.statusCode !== 200) {
      answer.destroy()
      throw new Error(`the server answered ${answer.statusCode}`)
    }
    const hash = createHash('sha256')
    const total = Number(answer.headers['content-length']) || undefined
    if (total !== undefined && total > LARGEST) {
      answer.destroy()
      throw new Error(`it has ${total} bytes, more than ${LARGEST}`)
    }
    let done = 0
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        hash.update(chunk)
        done += chunk.length
        run.report({ ...step, state: 'running', done, ...(total && { total }) })
        next(null, chunk)
      },
    })
    const file = createWriteStream(temporary, { mode: 0o600, flush: true })
    await pipeline(atMost(answer, LARGEST), measure, file, { signal: run.signal })
    const integrity = `sha256:${hash.digest('hex')}`
    await rename(temporary, blobFile(home, integrity))
    await writeFileWhole(originFile(home, url, integrity), `${sha256Of(integrity)}\n`)
    run.report({ ...step, state: 'done' })
    return integrity
  } catch (error) {
    await rm(temporary, { force: true })
    run.report({ ...step, state: 'failed' })
    if (isProductError(error)) throw error
    if (run.signal.aborted) throw productError('cancelled', {}, { cause: error })
    const problem = (error as Error).message
    if (isOfDisk(error))
      throw productError('storage-failed', { path: home.blobs, problem, of: 'home' }, { cause: error })
    throw productError('download-failed', { url, problem }, { cause: error })
  }
}

/** A failed connection names a call of the network, and no path. */
const isOfDisk = (error: unknown): boolean =>
  isSystemError(error) &&
  ((error as NodeJS.ErrnoException).path !== undefined ||
    ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EFBIG'].includes(error.code ?? ''))

/**
 * Ensures that a locked download is in the store, with the locked content and from its address: a damaged one, and one that
 * is only known from elsewhere, is downloaded.
 * Errors: `download-failed`, `download-changed`, `storage-failed`, `cancelled`.
 */
export async function ensureDownload(
  home: Home,
  url: string,
  integrity: string,
  env: Environment,
  run: Run,
): Promise<string> {
  const file = blobFile(home, integrity)
  const isKept = async (one: string) => (await stat(one).catch(() => undefined)) !== undefined
  if ((await isKept(file)) && (await isKept(originFile(home, url, integrity)))) {
    if (await holds(file, sha256Of(integrity))) return file
    run.report({ kind: 'warning', text: `The kept copy of ${url} is damaged; it is downloaded again.` })
  }
  const found = await downloadAddSource(home, url, env, run)
  if (found !== integrity) throw productError('download-changed', { url, from: integrity, to: found })
  return file
}

async function holds(file: string, sha256: string): Promise<boolean> {
  try {
    // The data folder may be reached through a link.
    const folder = await realpath(path.dirname(file))
    return (await (await HashCache.open()).hash(folder, path.basename(file))).sha256 === sha256
  } catch (error) {
    if (isProductError(error, 'input-unreadable')) return false
    throw error
  }
}
