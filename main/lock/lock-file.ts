import { randomBytes } from 'node:crypto'
import { fstatSync, readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { Lock } from '../../shared/lock.ts'
import { byBytes } from '../files/byte-order.ts'
import { openFolderInside, openInside } from '../files/open-inside.ts'
import type { ProjectPaths } from '../files/project-paths.ts'
import { realPathInProject } from '../files/real-path-in-project.ts'
import { throughLinksInFiles } from '../git/links-in-files.ts'
import { requireOwnPin } from './own-repository-pin.ts'

const LOCK_NAME = 'pristine.lock'
/** Room for the pins of the largest definition that is read. */
const MAX_BYTES = 1 << 24

/** The lock of a definition stands beside its file; a relative path stays relative, with forward slashes. */
export function lockPath(definitionFile: string): string {
  const folder = path.posix.dirname(definitionFile)
  return folder === '.' ? LOCK_NAME : path.posix.join(folder, LOCK_NAME)
}

/**
 * Reads a project's lock; undefined if there is none. `name` is relative to the project's folder. Its folder may be
 * reached through links that stay in the project. Errors: those of `parseLock`.
 */
export async function readLock(project: ProjectPaths, name: string): Promise<Lock | undefined> {
  let text: string
  try {
    text = readRegular(await lockFolder(project, name), path.basename(name))
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined
    const problem = error instanceof Error ? error.message : String(error)
    throw productError('lock-invalid', { file: name, problem }, { cause: error })
  }
  return parseLock(text, name)
}

/** The folder of a lock, absolute and without links. */
async function lockFolder(project: ProjectPaths, name: string): Promise<string> {
  const folder = await realPathInProject(
    project,
    await throughLinksInFiles(project, path.posix.dirname(name)),
  )
  if (folder === undefined) throw new Error("its folder is a link that leaves the project's folder.")
  return folder
}

/** A repository is a stranger: what stands in the lock's place may be a link to anywhere, or a pipe that never ends. */
function readRegular(folder: string, name: string): string {
  using file = openInside(folder, name)
  const stats = fstatSync(file.fd)
  if (!stats.isFile()) throw new Error('it is no regular file.')
  if (stats.size > MAX_BYTES) throw new Error('it is larger than 16 MiB.')
  return readFileSync(file.fd, 'utf8')
}

/**
 * Reads the text of a lock. Errors: lock-invalid, saying where or what; lock-foreign-pin for an image that is pinned to
 * another one.
 */
export function parseLock(text: string, shown: string): Lock {
  const fail = (problem: string, cause?: unknown): never => {
    throw productError('lock-invalid', { file: shown, problem }, { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch (error) {
    return fail(syntaxProblem(text, error), error)
  }
  if (!isObject(value)) return fail('it must be a JSON object.')
  if (typeof value['lockVersion'] === 'number' && value['lockVersion'] > 1)
    fail(`it was written by a newer Pristine (lock version ${value['lockVersion']}); update Pristine.`)
  if (value['lockVersion'] !== 1) fail('"lockVersion" must be 1.')
  for (const key of Object.keys(value))
    if (key !== 'lockVersion' && key !== 'images' && key !== 'downloads')
      fail(`it has an unknown entry "${key}".`)
  const images = value['images']
  const downloads = value['downloads']
  if (!isObject(images)) return fail('"images" must be an object.')
  if (!isObject(downloads)) return fail('"downloads" must be an object.')
  for (const [reference, pin] of Object.entries(images))
    if (!isImagePin(pin))
      fail(
        `the image "${reference}" must have a "resolved" reference with a sha256 digest, and beside it no more than the lists "onbuild" and "metadata".`,
      )
  for (const [url, pin] of Object.entries(downloads))
    if (!hasOnly(pin, 'integrity', /^sha256:[0-9a-f]{64}$/))
      fail(`the download "${url}" must have an "integrity" of the form sha256:….`)
  const lock = value as Lock
  for (const [reference, { resolved }] of Object.entries(lock.images))
    requireOwnPin(shown, reference, resolved)
  return lock
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isImagePin(pin: unknown): boolean {
  if (!isObject(pin)) return false
  const { onbuild, metadata, ...rest } = pin
  return (
    hasOnly(rest, 'resolved', /^\S+@sha256:[0-9a-f]{64}$/) &&
    isListOf(onbuild, (text) => typeof text === 'string') &&
    isListOf(metadata, isObject)
  )
}

const isListOf = (value: unknown, isMember: (member: unknown) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.length > 0 && value.every(isMember))

const hasOnly = (value: unknown, key: string, form: RegExp): boolean =>
  isObject(value) &&
  Object.keys(value).join() === key &&
  form.test(String(value[key])) &&
  typeof value[key] === 'string'

function syntaxProblem(text: string, error: unknown): string {
  const conflict = text.split(/\r?\n/).findIndex((line) => /^(?:<{7}|={7}|>{7})(?: |$)/.test(line))
  if (conflict >= 0) return `line ${conflict + 1} is a merge conflict that is not resolved.`
  const message = error instanceof Error ? error.message : String(error)
  const position = /position (\d+)/.exec(message)?.[1]
  const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n')
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} is not valid JSON.`
}

/** The text of a lock: the same for equal locks. Keys sorted by bytes, two spaces, LF, a final newline. */
export function lockText(lock: Lock): string {
  const downloads = section(lock.downloads, ({ integrity }) => ({ integrity }))
  const images = section(lock.images, ({ metadata, onbuild, resolved }) => ({
    ...(metadata && { metadata }),
    ...(onbuild && { onbuild }),
    resolved,
  }))
  return `{\n  "downloads": ${downloads},\n  "images": ${images},\n  "lockVersion": ${lock.lockVersion}\n}\n`
}

/** Put together by hand, because an object would put keys that look like numbers first. */
function section<T>(pins: Record<string, T>, members: (pin: T) => object): string {
  const entries = Object.entries(pins).sort(([a], [b]) => byBytes(a, b))
  if (entries.length === 0) return '{}'
  const lines = entries.map(([name, pin]) => {
    const text = JSON.stringify(members(pin), null, 2).replaceAll('\n', '\n    ')
    return `    ${JSON.stringify(name)}: ${text}`
  })
  return `{\n${lines.join(',\n')}\n  }`
}

/**
 * Writes a project's lock atomically, and only if its meaning changes; never outside the project, even if links are
 * created there meanwhile. Error: storage-failed.
 */
export async function writeLock(project: ProjectPaths, name: string, lock: Lock): Promise<void> {
  const text = lockText(lock)
  try {
    const real = await lockFolder(project, name)
    if (textNow(real, path.basename(name)) === text) return
    using folder = openFolderInside(real, '.')
    const beside = path.join(folder.path, `${path.basename(name)}.${randomBytes(4).toString('hex')}.tmp`)
    try {
      await writeFile(beside, text, { flag: 'wx' })
      folder.verify()
      await rename(beside, path.join(folder.path, path.basename(name)))
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined)
      throw error
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw productError(
      'storage-failed',
      { path: path.join(project.path, name), problem, of: 'lock' },
      { cause: error },
    )
  }
}

/** What is no lock is replaced. */
function textNow(folder: string, name: string): string | undefined {
  try {
    return readRegular(folder, name)
  } catch {
    return undefined
  }
}

/** References of images, and addresses of downloads. */
export interface References {
  images: string[]
  downloads: string[]
}

/**
 * What a lock lacks, and what it pins in addition. Sorted. `digests` are images that are written with their digest: the
 * lock may have them, and need not.
 */
export function compareLock(
  lock: Lock,
  needed: References & { digests: string[] },
): { missing: References; unused: References } {
  const missing = (pins: object, names: string[]): string[] =>
    [...new Set(names)].filter((name) => !Object.hasOwn(pins, name)).sort(byBytes)
  const unused = (pins: object, names: string[]): string[] => {
    const used = new Set(names)
    return Object.keys(pins)
      .filter((name) => !used.has(name))
      .sort(byBytes)
  }
  return {
    missing: {
      images: missing(lock.images, needed.images),
      downloads: missing(lock.downloads, needed.downloads),
    },
    unused: {
      images: unused(lock.images, [...needed.images, ...needed.digests]),
      downloads: unused(lock.downloads, needed.downloads),
    },
  }
}
