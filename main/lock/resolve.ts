import { isProductError, productError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/image-reference.ts'
import type { Lock } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connect.ts'
import { localDigest, resolveDigest } from '../docker/registry.ts'
import type { Home } from '../project/home.ts'
import { download } from './download.ts'

/** What resolving needs: the engine that is asked, the store for downloads, the person's environment. */
export interface Resolver {
  engine: Engine
  home: Home
  env: Record<string, string | undefined>
}

/**
 * Resolves an image reference to `repository@sha256:…`. When its registry cannot be asked, the digest under which
 * the engine already holds the image serves, and a warning says so.
 * Errors: `reference-unknown`, `registry-unreachable`, `cancelled`.
 */
export async function resolveImage(resolver: Resolver, reference: string, run: Run): Promise<string> {
  const parsed = parseImageReference(reference)
  if (!parsed) throw productError('usage', { problem: `"${reference}" is not an image reference.` })
  if (parsed.digest) return `${parsed.repository}@${parsed.digest}`
  const full = `${parsed.repository}:${parsed.tag ?? 'latest'}`
  try {
    const digest = await resolveDigest(resolver.engine, reference, full, resolver.env, run)
    return `${parsed.repository}@${digest}`
  } catch (error) {
    if (!isProductError(error, 'registry-unreachable') && !isProductError(error, 'reference-unknown'))
      throw error
    const digest = await localDigest(resolver.engine, reference, parsed.repository)
    if (!digest) throw error
    run.report({
      kind: 'warning',
      text: `${reference} is pinned to the copy on the engine; its registry did not answer for it.`,
    })
    return `${parsed.repository}@${digest}`
  }
}

/** Resolves references and downloads, side by side. */
export async function resolvePins(
  resolver: Resolver,
  wanted: { images: string[]; downloads: string[] },
  run: Run,
): Promise<Pick<Lock, 'images' | 'downloads'>> {
  const [images, downloads] = await Promise.all([
    Promise.all(
      wanted.images.map(
        async (reference) => [reference, { resolved: await resolveImage(resolver, reference, run) }] as const,
      ),
    ),
    Promise.all(
      wanted.downloads.map(
        async (url) => [url, { integrity: await download(resolver.home, url, run) }] as const,
      ),
    ),
  ])
  return { images: Object.fromEntries(images), downloads: Object.fromEntries(downloads) }
}
