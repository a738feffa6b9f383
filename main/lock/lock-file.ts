import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import { BUILTIN, type Lock } from '../../shared/lock.ts'
import { byBytes } from '../files/byte-order.ts'
import type { ProjectPaths } from '../files/project-paths.ts'
import { featurePinProblem } from './feature-pin.ts'
import { readLockText, writeLockText } from './lock-text.ts'
import { requireSameRepository } from './require-same-repository.ts'

const LOCK_NAME = 'pristine.lock'

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
  const text = await readLockText(project, name)
  return text === undefined ? undefined : parseLock(text, name)
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
    throw productError('lock-invalid', {
      file: shown,
      problem: `it was written by a newer Pristine (lock version ${value['lockVersion']}).`,
      newer: true,
    })
  if (value['lockVersion'] !== 1) fail('"lockVersion" must be 1.')
  for (const key of Object.keys(value))
    if (!['lockVersion', 'images', 'downloads', 'features', 'frontends'].includes(key))
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
  const { features = {} } = value
  if (!isObject(features)) return fail('"features" must be an object.')
  for (const [reference, pin] of Object.entries(features)) {
    const problem = featurePinProblem(reference, pin)
    if (problem !== undefined) fail(problem)
  }
  const { frontends = {} } = value
  if (!isObject(frontends)) return fail('"frontends" must be an object.')
  for (const [reference, frontend] of Object.entries(frontends)) {
    if (!hasOnly(frontend, 'resolved', /^builtin$/))
      fail(`the frontend "${reference}" must have "resolved": "${BUILTIN}", and nothing beside it.`)
    if (Object.hasOwn(images, reference)) fail(`it has "${reference}" both as a frontend and as an image.`)
  }
  const lock = value as Lock
  for (const [reference, { resolved }] of Object.entries(lock.images))
    requireSameRepository(shown, reference, resolved)
  return lock
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
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

export function syntaxProblem(text: string, error: unknown): string {
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
  const features = section(lock.features ?? {}, ({ dependsOn, integrity, resolved, version }) => ({
    ...(dependsOn && { dependsOn }),
    integrity,
    resolved,
    ...(version !== undefined && { version }),
  }))
  const ofFeatures = features === '{}' ? '' : `  "features": ${features},\n`
  const frontends = section(lock.frontends ?? {}, ({ resolved }) => ({ resolved }))
  const ofFrontends = frontends === '{}' ? '' : `  "frontends": ${frontends},\n`
  return `{\n  "downloads": ${downloads},\n${ofFeatures}${ofFrontends}  "images": ${images},\n  "lockVersion": ${lock.lockVersion}\n}\n`
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

/** The first reference that two locks pin differently; undefined if they are equal. */
export function changedPin(one: Lock, other: Lock): string | undefined {
  if (lockText(one) === lockText(other)) return undefined
  const [from, to] = [one, other].map(({ images, downloads, features = {}, frontends = {} }) =>
    [images, downloads, features, frontends].flatMap((pins) =>
      Object.entries(pins).map(([reference, pin]): [string, string] => [reference, JSON.stringify(pin)]),
    ),
  )
  const [before, after] = [new Map(from), new Map(to)]
  return [...before.keys(), ...after.keys()].find(
    (reference) => before.get(reference) !== after.get(reference),
  )
}

/**
 * Writes a project's lock atomically, and only if its meaning changes; never outside the project, even if links are
 * created there meanwhile. Error: storage-failed.
 */
export const writeLock = (project: ProjectPaths, name: string, lock: Lock): Promise<void> =>
  writeLockText(project, name, lockText(lock))

/** References of images, and addresses of downloads. */
export interface References {
  images: string[]
  downloads: string[]
}

/** What a definition refers to. */
export interface Needed extends References {
  /** Images that are written with their digest: the lock may have them, and need not. */
  digests: string[]
  /** Those of `images` that are frontends and nothing else. */
  frontends: string[]
}

/** What a lock lacks, and what it pins in addition. Sorted. */
export function compareLock(lock: Lock, needed: Needed): { missing: References; unused: References } {
  const { frontends = {} } = lock
  const builtin = new Set(needed.frontends.filter((reference) => Object.hasOwn(frontends, reference)))
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
      images: missing(
        lock.images,
        needed.images.filter((reference) => !builtin.has(reference)),
      ),
      downloads: missing(lock.downloads, needed.downloads),
    },
    unused: {
      images: [
        ...unused(lock.images, [...needed.images, ...needed.digests]),
        ...unused(frontends, needed.frontends),
      ].sort(byBytes),
      downloads: unused(lock.downloads, needed.downloads),
    },
  }
}
