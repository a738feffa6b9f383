import { isProductError, productError } from '../../shared/errors.ts'
import { type ImageReference, parseImageReference } from '../../shared/image-reference.ts'
import { BUILTIN, type Lock } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { askDigest, localCopy, resolveDigest } from '../registry/resolve-digest.ts'
import type { Home } from '../store/home.ts'
import { downloadAddSource } from './download-add-source.ts'
import { isNotHad, mayBeBuiltin, type NamedFrontend, requireBuiltin } from './frontend-fallback.ts'

/** What resolving needs: the engine that is asked, the store for downloads, the person's environment. */
export interface Resolver {
  engine: Engine
  home: Home
  env: Record<string, string | undefined>
}

/**
 * Resolves an image reference to the `repository@sha256:…` that its registry has for it today.
 * Errors: `reference-unknown`, `registry-unreachable`, `cancelled`.
 */
export async function resolveImage(resolver: Resolver, reference: string, run: Run): Promise<string> {
  const parsed = parsedReference(reference)
  if (parsed.digest) return `${parsed.repository}@${parsed.digest}`
  const full = `${parsed.repository}:${parsed.tag ?? 'latest'}`
  const digest = await resolveDigest(resolver.engine, reference, full, resolver.env, run)
  return `${parsed.repository}@${digest}`
}

/**
 * The same for a reference without a pin. If its registry does not answer for it, the digest of the engine's own copy is
 * used, with a warning: that copy may be old, and is better than no environment. Errors: those of resolving;
 * `reference-local`.
 */
async function resolveUnpinned(resolver: Resolver, reference: string, run: Run): Promise<string> {
  try {
    return await resolveImage(resolver, reference, run)
  } catch (error) {
    if (!isNotHad(error)) throw error
    const parsed = parsedReference(reference)
    const digest = await digestOfCopy(resolver, reference, parsed, error, run)
    run.report({
      kind: 'warning',
      text: `${reference} is pinned to the copy on the engine; its registry did not answer for it.`,
    })
    return `${parsed.repository}@${digest}`
  }
}

function parsedReference(reference: string): ImageReference {
  const parsed = parseImageReference(reference)
  if (!parsed) throw productError('usage', { problem: `"${reference}" is not an image reference.` })
  return parsed
}

/**
 * The digest of the engine's copy, for an image that its registry cannot resolve. A digest that no registry has is
 * none: no other computer could use the lock. Errors: that of the registry; `reference-local`.
 */
async function digestOfCopy(
  { engine, env }: Resolver,
  reference: string,
  { domain, repository }: ImageReference,
  error: Error,
  run: Run,
): Promise<string> {
  const copy = await localCopy(engine, reference, repository)
  if (!copy || copy.digests.length > 1) throw error
  const [digest] = copy.digests
  if (isProductError(error, 'reference-unknown') || isProductError(error, 'platform-missing')) {
    const isThere =
      digest !== undefined &&
      (copy.fromRegistry || (await hasDigest(engine, `${repository}@${digest}`, env, run.signal)))
    if (!isThere) throw productError('reference-local', { reference, registry: domain }, { cause: error })
  }
  if (digest === undefined) throw error
  return digest
}

/** Whether a registry has an image by its digest; an engine that cannot ask is believed. */
async function hasDigest(
  engine: Engine,
  pinned: string,
  env: Resolver['env'],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await askDigest(engine, pinned, env, signal)
    return true
  } catch (error) {
    if (isProductError(error, 'reference-unknown')) return false
    throw error
  }
}

/** What is resolved: the pins, and the frontends that could not be had. */
export type Resolved = Pick<Lock, 'images' | 'downloads'> & { frontends: NonNullable<Lock['frontends']> }

/** What is to be resolved. */
interface Wanted {
  images: string[]
  /** Those of the images that have no pin yet. */
  unpinned: ReadonlySet<string>
  downloads: string[]
  /** Those of the images that the engine's own frontend may take the place of. */
  frontends: ReadonlyMap<string, NamedFrontend>
}

/** Resolves references and downloads, side by side. Errors: those of resolving; `reference-local`, `frontend-needed`. */
export async function resolvePins(resolver: Resolver, wanted: Wanted, run: Run): Promise<Resolved> {
  const builtin: string[] = []
  const [images, downloads] = await Promise.all([
    Promise.all(
      wanted.images.map(async (reference) => {
        const resolved = await resolveOrBuiltin(resolver, reference, wanted, run)
        if (resolved === BUILTIN) builtin.push(reference)
        return resolved === BUILTIN ? [] : [[reference, { resolved }] as const]
      }),
    ),
    Promise.all(
      wanted.downloads.map(
        async (url) =>
          [url, { integrity: await downloadAddSource(resolver.home, url, resolver.env, run) }] as const,
      ),
    ),
  ])
  return {
    images: Object.fromEntries(images.flat()),
    downloads: Object.fromEntries(downloads),
    frontends: Object.fromEntries(builtin.map((reference) => [reference, { resolved: BUILTIN }])),
  }
}

async function resolveOrBuiltin(
  resolver: Resolver,
  reference: string,
  { unpinned, frontends }: Wanted,
  run: Run,
): Promise<string> {
  try {
    return await (unpinned.has(reference) ? resolveUnpinned : resolveImage)(resolver, reference, run)
  } catch (error) {
    const frontend = frontends.get(reference)
    if (!frontend || !mayBeBuiltin(frontend, error)) throw error
    await requireBuiltin(resolver.engine, frontend, { cause: error })
    run.report({ kind: 'warning', text: `${error.message} ${isProductError(error) ? error.why : ''}`.trim() })
    return BUILTIN
  }
}
