import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import { EMPTY_LOCK, type FeaturePin, type Lock } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import { dockerfileName } from '../definition/dockerfile-name.ts'
import type { ReadProject } from '../definition/read-project.ts'
import { byBytes } from '../files/byte-order.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { readDevcontainerLock } from './devcontainer-lock.ts'
import { frontendsOf, type NamedFrontend } from './frontend-fallback.ts'
import { compareLock, lockPath, type Needed, type References, readLock } from './lock-file.ts'
import { resolvePins } from './resolve-pins.ts'

/** The lock as it is and as it must be. */
export interface LockState {
  /** Relative to the project's folder. */
  file: string
  now: Lock | undefined
  /** The pins of `devcontainer-lock.json` as it was read; undefined if there was none. */
  other: Record<string, FeaturePin> | undefined
  next: Lock
  added: string[]
  removed: string[]
  /** How the definition writes its features, by reference. */
  written: Record<string, string>
}

export interface LockOptions {
  /** Fail with `lock-outdated` instead of resolving what the lock lacks. */
  frozen: boolean
  /** Pins to ask for again, even though the lock has them. */
  update?: (reference: string) => boolean
}

/** The lock as found, and how it compares with what the definition needs. */
export interface FoundLock {
  /** Relative to the project's folder. */
  file: string
  now: Lock | undefined
  other: LockState['other']
  needed: Needed
  frontends: ReadonlyMap<string, NamedFrontend>
  missing: References
  unused: References
  features: FeaturePins
}

/** The pins of the features that a definition uses, and how the lock differs from them. */
interface FeaturePins {
  needed: Record<string, FeaturePin>
  missing: string[]
  /** Pinned to something else than `devcontainer-lock.json`, or than what was asked for. */
  moved: string[]
  unused: string[]
}

/** Reads a project's lock. Errors: those of `readLock`; `lock-outdated`, if it is `frozen` and does not fit. */
export async function findLock(
  project: Project,
  { definition, services, features: used }: ReadProject,
  frozen: boolean,
): Promise<FoundLock> {
  const file = lockPath(definition.file)
  const now = await readLock(project, file)
  const other = await readDevcontainerLock(project, definition.file)
  const frontends = frontendsOf(services)
  const needed = {
    frontends: [...frontends.keys()],
    images: [...new Set(services.flatMap(({ reading }) => reading.images.map((image) => image.reference)))],
    digests: [...new Set(services.flatMap(({ reading }) => reading.digests.map((image) => image.reference)))],
    downloads: [
      ...new Set(services.flatMap(({ reading }) => reading.downloads.map((download) => download.url))),
    ],
  }
  const { missing, unused } = compareLock(now ?? EMPTY_LOCK, needed)
  const features = comparePins(now?.features ?? {}, used)
  if (frozen) {
    const [first] = [...missing.images, ...missing.downloads, ...features.missing]
    const problem = now ? 'missing' : 'absent'
    if (first) throw productError('lock-outdated', { file, reference: first, problem })
    const [moved] = features.moved
    if (moved) throw productError('lock-outdated', { file, reference: moved, problem: 'moved' })
    const [extra] = [...unused.images, ...unused.downloads, ...features.unused]
    if (extra) throw productError('lock-outdated', { file, reference: extra, problem: 'unused' })
  }
  return { file, now, other, needed, frontends, missing, unused, features }
}

function comparePins(locked: Record<string, FeaturePin>, used: ReadProject['features']): FeaturePins {
  const needed = Object.fromEntries(Object.entries(used).map(([reference, { pin }]) => [reference, pin]))
  const references = Object.keys(needed).sort(byBytes)
  const isLocked = (reference: string) => Object.hasOwn(locked, reference)
  return {
    needed,
    missing: references.filter((reference) => !isLocked(reference)),
    moved: references.filter(
      (reference) => isLocked(reference) && locked[reference]?.integrity !== needed[reference]?.integrity,
    ),
    unused: Object.keys(locked)
      .filter((reference) => !Object.hasOwn(needed, reference))
      .sort(byBytes),
  }
}

/** Resolves what the lock lacks, and what is to be updated. Errors: those of resolving. */
export async function completeLock(
  { file, now, other, needed, frontends, missing, unused, features }: FoundLock,
  read: ReadProject,
  host: Pick<Host, 'home' | 'env' | 'engine'>,
  { frozen, update = () => false }: LockOptions,
  run: Run,
): Promise<LockState> {
  const kept = now ?? EMPTY_LOCK
  const again = (reference: string) => !frozen && update(reference)
  const lacking = { images: new Set(missing.images), downloads: new Set(missing.downloads) }
  const wanted = {
    images: needed.images.filter((reference) => lacking.images.has(reference) || again(reference)),
    unpinned: lacking.images,
    downloads: needed.downloads.filter((url) => lacking.downloads.has(url) || again(url)),
    // A pin that exists is needed: whoever has the lock builds with the same frontend.
    frontends: new Map([...frontends].filter(([reference]) => !Object.hasOwn(kept.images, reference))),
  }
  const resolved =
    wanted.images.length + wanted.downloads.length > 0
      ? await resolvePins({ ...host, engine: await host.engine() }, wanted, run).catch((error: unknown) => {
          throw placed(error, read)
        })
      : { images: {}, downloads: {}, frontends: {} }
  const builtin = pick(
    { ...kept.frontends, ...resolved.frontends },
    needed.frontends.filter((reference) => !Object.hasOwn(resolved.images, reference)),
  )
  const next: Lock = {
    lockVersion: 1,
    images: pick({ ...kept.images, ...movedOf(kept, resolved) }, [...needed.images, ...needed.digests]),
    downloads: pick({ ...kept.downloads, ...resolved.downloads }, needed.downloads),
    ...(Object.keys(features.needed).length > 0 && { features: features.needed }),
    ...(Object.keys(builtin).length > 0 && { frontends: builtin }),
  }
  return {
    file,
    now,
    other,
    next,
    added: [...missing.images, ...missing.downloads, ...features.missing, ...features.moved],
    removed: [...unused.images, ...unused.downloads, ...features.unused],
    written: Object.fromEntries(
      Object.entries(read.features).map(([reference, { written }]) => [reference, written]),
    ),
  }
}

/** What was resolved, without what is as it was: of an image that moved, what it leaves to a build is not known. */
const movedOf = (kept: Lock, resolved: Pick<Lock, 'images'>): Lock['images'] =>
  Object.fromEntries(
    Object.entries(resolved.images).filter(
      ([reference, pin]) => kept.images[reference]?.resolved !== pin.resolved,
    ),
  )

/** Adds where a reference is used to the error for a reference that no registry knows. */
function placed(error: unknown, { definition, services }: ReadProject): unknown {
  const isOfReference =
    isProductError(error, 'reference-unknown') ||
    isProductError(error, 'reference-local') ||
    isProductError(error, 'platform-missing')
  if (!isOfReference) return error
  const data = error.data as ErrorData<'reference-unknown' | 'reference-local' | 'platform-missing'>
  const { reference } = data
  for (const { service, reading } of services) {
    const image = reading.images.find((found) => found.reference === reference)
    if (!image) continue
    const at =
      service.source.kind === 'build'
        ? `${dockerfileName(service.source)}:${image.line}`
        : service.compose
          ? `the service ${service.name} (${definition.file})`
          : definition.file
    return productError(error.code, { ...data, at } as never, { cause: error })
  }
  return error
}

function pick<T>(record: Readonly<Record<string, T>>, keys: string[]): Record<string, T> {
  return Object.fromEntries(keys.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])))
}
