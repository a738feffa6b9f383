/**
 * The reference of an image, taken apart. It is read by the grammar and the normalisation of
 * github.com/distribution/reference (`ParseNormalizedNamed`), which the engines use too; nothing else in Pristine takes a
 * reference apart.
 */
export interface ImageReference {
  /** The registry: a host, perhaps with a port. `docker.io` where none is written. */
  domain: string
  /** The registry and the repository in full: `docker.io/library/node`. */
  repository: string
  tag?: string
  /** `sha256:…`, or of another algorithm that registries know. */
  digest?: string
}

const HUB = 'docker.io'
/** An older name of the hub, which the normalisation replaces. */
const HUB_BEFORE = 'index.docker.io'

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const DOMAIN = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`)
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const REST = new RegExp(`^(?<path>${PART}(?:/${PART})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>.+))?$`)
/** In hexadecimal digits, by algorithm (github.com/opencontainers/go-digest). */
const DIGESTS = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/
/** A bare one would be an image's id. */
const IDENTIFIER = /^[a-f0-9]{64}$/
/** Of registry and repository together. */
const LONGEST_NAME = 255

/** Takes a reference apart; `node` is `docker.io/library/node`. Undefined when it is not a reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  if (IDENTIFIER.test(text)) return undefined
  const { domain, rest } = splitDomain(text)
  const { path, tag, digest } = REST.exec(rest)?.groups ?? {}
  if (path === undefined || !DOMAIN.test(domain)) return undefined
  if (digest !== undefined && !DIGESTS.test(digest)) return undefined
  const repository = `${domain}/${domain === HUB && !path.includes('/') ? 'library/' : ''}${path}`
  if (repository.length > LONGEST_NAME) return undefined
  return { domain, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
}

/** The first part is a registry if it cannot be a part of a repository's path, or is `localhost`. */
function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/')
  const first = text.slice(0, Math.max(0, slash))
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase()
  if (!isDomain) return { domain: HUB, rest: text }
  return { domain: first === HUB_BEFORE ? HUB : first, rest: text.slice(slash + 1) }
}

/** The one spelling of the image that a reference's digest names; undefined for a reference without one. */
export function pinnedByHand(text: string): string | undefined {
  const { repository, digest } = parseImageReference(text) ?? {}
  return digest === undefined ? undefined : `${repository}@${digest}`
}
