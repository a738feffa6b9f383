import path from 'node:path'
import type { Definition } from '../../shared/definition.ts'
import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import { EMPTY_LOCK, type Lock } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import type { ReadService } from '../definition/read-service.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { compareLock, lockPath, readLock } from './file.ts'
import { resolvePins } from './resolve.ts'

/** The lock as it is and as it must be. */
export interface LockState {
  /** Absolute. */
  file: string
  now: Lock | undefined
  next: Lock
  added: string[]
  removed: string[]
}

export interface LockOptions {
  /** Fail with `lock-outdated` instead of resolving what the lock lacks. */
  frozen: boolean
  /** Pins to ask for again, even though the lock has them. */
  update?: (reference: string) => boolean
}

/**
 * Reads a definition's lock and resolves what it lacks; writes nothing. The engine is asked only for that.
 * Errors: `lock-outdated` when frozen, `lock-unreadable`, those of resolving.
 */
export async function readLockState(
  host: Pick<Host, 'home' | 'env' | 'engine'>,
  project: Project,
  definition: Definition,
  services: ReadService[],
  options: LockOptions,
  run: Run,
): Promise<LockState> {
  const file = path.join(project.path, lockPath(definition.file))
  const shown = lockPath(definition.file)
  const now = await readLock(file)
  const needed = {
    images: [...new Set(services.flatMap(({ reading }) => reading.images.map((image) => image.reference)))],
    downloads: [
      ...new Set(services.flatMap(({ reading }) => reading.downloads.map((download) => download.url))),
    ],
  }
  const kept = now ?? EMPTY_LOCK
  const { missing, unused } = compareLock(kept, needed)
  if (options.frozen) {
    const [first] = [...missing.images, ...missing.downloads]
    if (first) throw productError('lock-outdated', { file: shown, reference: first, problem: 'missing' })
    const [extra] = [...unused.images, ...unused.downloads]
    if (extra) throw productError('lock-outdated', { file: shown, reference: extra, problem: 'unused' })
    return { file, now, next: kept, added: [], removed: [] }
  }
  const update = options.update ?? (() => false)
  const wanted = {
    images: needed.images.filter((reference) => missing.images.includes(reference) || update(reference)),
    downloads: needed.downloads.filter((url) => missing.downloads.includes(url) || update(url)),
  }
  const resolved =
    wanted.images.length + wanted.downloads.length > 0
      ? await resolvePins({ ...host, engine: await host.engine() }, wanted, run).catch((error: unknown) => {
          throw placed(error, definition, services)
        })
      : { images: {}, downloads: {} }
  const next: Lock = {
    lockVersion: 1,
    images: pick({ ...kept.images, ...resolved.images }, needed.images),
    downloads: pick({ ...kept.downloads, ...resolved.downloads }, needed.downloads),
  }
  return {
    file,
    now,
    next,
    added: [...missing.images, ...missing.downloads],
    removed: [...unused.images, ...unused.downloads],
  }
}

/** Says where the reference stands that a registry does not know. */
function placed(error: unknown, definition: Definition, services: ReadService[]): unknown {
  if (!isProductError(error, 'reference-unknown')) return error
  const { reference, registry } = error.data as ErrorData<'reference-unknown'>
  for (const { service, reading } of services) {
    const image = reading.images.find((found) => found.reference === reference)
    if (!image) continue
    const at =
      service.source.kind === 'build' ? `${service.source.dockerfile}:${image.line}` : definition.file
    return productError('reference-unknown', { reference, registry, at }, { cause: error })
  }
  return error
}

function pick<T>(record: Record<string, T>, keys: string[]): Record<string, T> {
  return Object.fromEntries(keys.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])))
}
