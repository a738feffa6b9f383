import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isProductError, productError } from '../../shared/errors.ts'
import { type ImageReference, parseImageReference } from '../../shared/image-reference.ts'
import { authorizationFor } from './authorization.ts'
import { parseChallenge } from './challenge.ts'
import {
  discard,
  getPatiently,
  isLoopback,
  readBody,
  type WebClient,
  withoutAuthorization,
} from './https-get.ts'
import type { IsPlain } from './insecure-registries.ts'
import { isOfRegistry, speaksNoTls } from './plain-http.ts'
import { registryAuth } from './registry-auth.ts'

/** The manifest of an artifact in a registry. */
export interface Manifest {
  /** `sha256:…` of its bytes. */
  digest: string
  /** None in the index of an image. */
  layers: { mediaType: string; digest: string; size: number }[]
}

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
/** In bytes. Registries accept manifests of at least that size (OCI distribution specification, "Pushing Manifests"). */
const MAX_MANIFEST = 4 * 1024 * 1024

/**
 * Reads artifacts from registries by the OCI distribution specification
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull), with the person's own credentials. A registry
 * that does not speak TLS is asked without it only if `isPlain`, and is sent no credentials then.
 */
export class Artifacts {
  private readonly client: WebClient
  private readonly env: Readonly<Record<string, string | undefined>>
  /** `Authorization` by repository: a token is requested once. */
  private readonly authorizations = new Map<string, string>()
  private readonly isPlain: IsPlain
  /** Registries that are asked without encryption, although they are on a network. */
  private readonly plain = new Set<string>()

  constructor(client: WebClient, env: Readonly<Record<string, string | undefined>>, isPlain: IsPlain) {
    this.client = client
    this.env = env
    this.isPlain = isPlain
  }

  /**
   * The manifest of a reference, by its digest if it has one, else by its tag.
   * Errors: `reference-unknown`, `registry-busy`, `registry-content`, `registry-unreachable`, `cancelled`.
   */
  manifest(reference: string, signal: AbortSignal): Promise<Manifest> {
    return this.read(reference, signal, async (parsed) => {
      const { tag = 'latest', digest } = parsed
      const headers = { accept: MANIFEST_TYPES.join(', ') }
      const answer = await this.get(parsed, `manifests/${digest ?? tag}`, headers, signal)
      const body = await readBody(answer, MAX_MANIFEST)
      const found = sha256(body)
      if (digest !== undefined && found !== digest)
        throw new WrongContent(`its digest is ${found}, not ${digest}`)
      return { digest: found, layers: layersIn(body) }
    })
  }

  /** A blob of at most `limit` bytes, checked against its digest. Errors: as of `manifest`. */
  blob(reference: string, digest: string, limit: number, signal: AbortSignal): Promise<Buffer> {
    return this.read(reference, signal, async (parsed) => {
      const answer = await this.get(parsed, `blobs/${digest}`, {}, signal)
      const body = await readBody(answer, limit)
      const found = sha256(body)
      if (found !== digest) throw new WrongContent(`the digest of a layer is ${found}, not ${digest}`)
      return body
    })
  }

  private async read<T>(
    reference: string,
    signal: AbortSignal,
    work: (parsed: ImageReference) => Promise<T>,
  ): Promise<T> {
    const parsed = parseImageReference(reference)
    if (!parsed) throw productError('reference-unknown', { reference, registry: reference })
    try {
      return await work(parsed)
    } catch (error) {
      if (signal.aborted) throw productError('cancelled', {}, { cause: error })
      if (isProductError(error)) throw error
      const problem = (error as Error).message
      const code = error instanceof WrongContent ? 'registry-content' : 'registry-unreachable'
      throw productError(code, { reference, problem }, { cause: error })
    }
  }

  /** An answer with status 200; after a 401 the request is repeated with what the registry demands. */
  private async get(
    { domain, repository }: ImageReference,
    what: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const name = repository.slice(domain.length + 1)
    const url = new URL(`${schemeOf(domain)}://${hostOf(domain)}/v2/${name}/${what}`)
    if (this.plain.has(domain)) url.protocol = 'http:'
    let isAuthorized = false
    for (;;) {
      const known = this.plain.has(domain) ? undefined : this.authorizations.get(repository)
      const sent = known === undefined ? headers : { ...headers, authorization: known }
      const answer = await this.ask(domain, url, sent, signal)
      const { statusCode = 0 } = answer
      if (statusCode === 200) return answer
      discard(answer)
      if (statusCode !== 401 || isAuthorized || this.plain.has(domain))
        throw refusal(statusCode, domain, repository)
      isAuthorized = true
      if (!(await this.authorize(answer, url, repository, name, signal)))
        throw refusal(statusCode, domain, repository)
    }
  }

  private async ask(
    domain: string,
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    try {
      return await getPatiently(this.client, url, headers, signal)
    } catch (error) {
      if (signal.aborted || url.protocol !== 'https:' || !speaksNoTls(error)) throw error
      if (!(await this.isPlain(domain))) throw error
      const plain = new URL(url)
      plain.protocol = 'http:'
      const answer = await getPatiently(this.client, plain, withoutAuthorization(headers), signal).catch(
        () => undefined,
      )
      if (answer && isOfRegistry(answer)) {
        this.plain.add(domain)
        url.protocol = 'http:'
        return answer
      }
      if (answer) discard(answer)
      throw error
    }
  }

  /** Whether there is something new to send. */
  private async authorize(
    answer: IncomingMessage,
    url: URL,
    repository: string,
    name: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const challenge = parseChallenge(answer.headers['www-authenticate'])
    if (!challenge) return false
    const auth = await registryAuth(repository, this.env)
    const authorization = await authorizationFor(this.client, challenge, { url, name }, auth, signal)
    if (authorization === undefined) return false
    this.authorizations.set(repository, authorization)
    return true
  }
}

/** The content is not the one of its digest, or is no manifest. */
class WrongContent extends Error {}

const sha256 = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** As for engines, a registry on this computer needs no encryption. */
const schemeOf = (domain: string): string => (isLoopback(domain.replace(/:\d+$/, '')) ? 'http' : 'https')

/** The server of the hub has another name. */
const hostOf = (domain: string): string => (domain === 'docker.io' ? 'registry-1.docker.io' : domain)

function refusal(status: number, registry: string, reference: string): Error {
  if ([401, 403, 404].includes(status)) return productError('reference-unknown', { reference, registry })
  if (status === 429) return productError('registry-busy', { registry, problem: `${registry} answered 429` })
  return new Error(`${registry} answered ${status}`)
}

function layersIn(body: Buffer): Manifest['layers'] {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    throw new WrongContent('its manifest is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WrongContent('its manifest is not an object')
  // The index of an image has none, but its images do.
  const { layers = [] } = value as Record<string, unknown>
  if (!Array.isArray(layers) || !layers.every(isLayer))
    throw new WrongContent('its manifest has layers that are none')
  return layers
}

const isLayer = (layer: unknown): layer is Manifest['layers'][number] => {
  const { mediaType, digest, size } = (layer ?? {}) as Record<string, unknown>
  return (
    typeof mediaType === 'string' && /^sha256:[0-9a-f]{64}$/.test(String(digest)) && typeof size === 'number'
  )
}
