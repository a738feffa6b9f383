import { createHash } from 'node:crypto'
import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import type { FeaturePin } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import { parseJsonc } from '../definition/devcontainer/document/jsonc.ts'
import { validate } from '../definition/devcontainer/document/validate.ts'
import { FeatureMetadata } from '../definition/features/feature-metadata.ts'
import type { Host } from '../host/host.ts'
import { Artifacts } from '../registry/artifacts.ts'
import { getPatiently, readBody, type WebClient, webClient } from '../registry/https-get.ts'
import { insecureRegistries } from '../registry/insecure-registries.ts'
import type { Home } from '../store/home.ts'
import { MAX_ARCHIVE, readFeatureArchive } from './feature-archive.ts'
import { isTarball, resolvedOf } from './feature-pin.ts'
import { storedFeature, storeFeature } from './feature-store.ts'

/** The media type of a feature's layer (https://containers.dev/implementors/features-distribution/#oci-registry). */
const LAYER = 'application/vnd.devcontainers.layer.v1+tar'

/** In bytes, unpacked: nobody has agreed to anything yet, and the disk is the person's. */
const MAX_TOTAL = 128 * 1024 * 1024

const originOf = (reference: string, integrity: string) => ({
  resolved: resolvedOf(reference, integrity) ?? reference,
  integrity,
})

/** Fetches features of registries and archives, all of a definition, into the store of the data folder. */
export class FeatureFetcher {
  private readonly home: Home
  private readonly client: WebClient
  private readonly artifacts: Artifacts
  private room = MAX_TOTAL

  /** The engine is asked only about a registry that cannot be reached with encryption. */
  constructor({ home, env, engine }: Pick<Host, 'home' | 'env' | 'engine'>) {
    this.home = home
    this.client = webClient(env)
    this.artifacts = new Artifacts(this.client, env, insecureRegistries(engine))
  }

  /**
   * Fetches a feature, unless the store has it, and returns its pin. Without a `pin` it is what the reference names today.
   * `at` is the place of the reference.
   * Errors: `feature-unknown`, `feature-invalid`, `registry-unreachable`, `registry-busy`, `registry-content`,
   * `download-failed`, `download-changed`, `definition-invalid` in its metadata, `storage-failed`, `busy`, `cancelled`.
   */
  async fetch(reference: string, at: string, pin: FeaturePin | undefined, run: Run): Promise<FeaturePin> {
    const name = `Fetch feature ${reference}`
    const step = { kind: 'step', id: name, name, phase: 'download', subject: reference } as const
    run.report({ ...step, state: 'running' })
    try {
      const integrity = await this.content(reference, pin, run)
      const fetched = await this.pinOf(reference, integrity)
      run.report({ ...step, state: 'done' })
      return fetched
    } catch (error) {
      run.report({ ...step, state: 'failed' })
      throw asFeature(error, reference, at, pin?.resolved)
    }
  }

  /**
   * What a reference names today: a digest of a registry; an archive is downloaded to see it. `at` and errors: as of
   * `fetch`.
   */
  async latest(reference: string, at: string, run: Run): Promise<string> {
    if (isTarball(reference)) return this.tarball(reference, undefined, run)
    try {
      return (await this.artifacts.manifest(reference, run.signal)).digest
    } catch (error) {
      throw asFeature(error, reference, at)
    }
  }

  private content(reference: string, pin: FeaturePin | undefined, run: Run): Promise<string> {
    return isTarball(reference)
      ? this.tarball(reference, pin?.integrity, run)
      : this.artifact(pin?.resolved ?? reference, reference, run)
  }

  /** Ensures that the store has an artifact, and returns the digest of its manifest. */
  private async artifact(resolved: string, reference: string, run: Run): Promise<string> {
    const { digest, layers } = await this.artifacts.manifest(resolved, run.signal)
    if (await storedFeature(this.home, originOf(reference, digest))) return digest
    const layer = layers.find(({ mediaType }) => mediaType === LAYER)
    if (!layer) {
      const problem = `the registry has something else under this name: no layer of the type ${LAYER}`
      throw productError('feature-invalid', { reference, problem })
    }
    const archive = await this.artifacts.blob(resolved, layer.digest, MAX_ARCHIVE, run.signal)
    await this.store(digest, archive, reference)
    return digest
  }

  /** Ensures that the store has an archive, and returns its digest. */
  private async tarball(url: string, locked: string | undefined, run: Run): Promise<string> {
    if (locked !== undefined && (await storedFeature(this.home, originOf(url, locked)))) return locked
    const archive = await this.download(url, run)
    const integrity = `sha256:${createHash('sha256').update(archive).digest('hex')}`
    if (locked !== undefined && locked !== integrity)
      throw productError('download-changed', { url, from: locked, to: integrity })
    await this.store(integrity, archive, url)
    return integrity
  }

  private async store(integrity: string, archive: Buffer, reference: string): Promise<void> {
    const entries = await readFeatureArchive(archive, reference)
    this.room -= entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.content.length : 0), 0)
    if (this.room < 0) {
      const problem = `together with the other features of the definition it is larger than ${MAX_TOTAL / 1024 ** 2} MiB`
      throw productError('feature-invalid', { reference, problem })
    }
    await storeFeature(this.home, originOf(reference, integrity), entries)
  }

  private async download(url: string, run: Run): Promise<Buffer> {
    try {
      const answer = await getPatiently(this.client, new URL(url), {}, run.signal)
      if (answer.statusCode !== 200) {
        answer.destroy()
        throw new Error(`the server answered ${answer.statusCode}`)
      }
      return await readBody(answer, MAX_ARCHIVE)
    } catch (error) {
      if (run.signal.aborted) throw productError('cancelled', {}, { cause: error })
      throw productError('download-failed', { url, problem: (error as Error).message }, { cause: error })
    }
  }

  private async pinOf(reference: string, integrity: string): Promise<FeaturePin> {
    const origin = originOf(reference, integrity)
    const stored = await storedFeature(this.home, origin)
    if (!stored) throw productError('internal', { problem: `the feature ${reference} was not stored` })
    const document = parseJsonc(`devcontainer-feature.json of ${reference}`, stored.metadata)
    const { version, dependsOn = {} } = validate(FeatureMetadata, document.value, document)
    const needed = Object.keys(dependsOn)
    return {
      ...(version !== undefined && { version }),
      ...origin,
      ...(needed.length > 0 && { dependsOn: needed }),
    }
  }
}

/** Names the feature, its place and its pin in the error for what no registry knows. */
function asFeature(error: unknown, reference: string, at: string, pinned?: string): unknown {
  if (!isProductError(error, 'reference-unknown')) return error
  const { registry } = error.data as ErrorData<'reference-unknown'>
  const data = { reference, registry, at, ...(pinned !== undefined && { pinned }) }
  return productError('feature-unknown', data, { cause: error })
}
