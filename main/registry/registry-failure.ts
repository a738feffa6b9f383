import { productError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/image-reference.ts'
import { reasonOf } from '../docker/connection/engine-call.ts'

const LIMITED = /toomanyrequests|too many requests|\b429\b|rate limit/i
/** How Docker, its containerd store and Podman say that none of an image's platforms is the engine's. */
const NO_PLATFORM =
  /no matching manifest for|no match for platform|does not provide the specified platform|no image found in (?:image index|manifest list)/i
/** How a Go program reports a proxy's answer: a registry's has its status code. */
const OF_PROXY = /proxyconnect|"https:\/\/[^"]*": (?:Forbidden|Proxy Authentication Required)/i
const REFUSED =
  /unauthori[sz]ed|authentication required|no basic auth|denied|forbidden|not found|manifest unknown|does not exist|unknown blob|name unknown/i
const OTHER_CONTENT =
  /verification failed|unexpected EOF|digest (?:mismatch|did not match)|not match|invalid (?:checksum|character|argument|tar)|unsupported digest|unexpected commit|corrupt|gzip/i

/** The statuses with which an engine passes on a registry's answer. */
export const REGISTRY_REFUSALS = [400, 401, 403, 404, 429, 500, 502, 503]

/** Translates an engine's message about a registry for the person. */
export function registryFailure(reference: string, error: unknown): Error {
  const problem = reasonOf(error)
  const registry = parseImageReference(reference)?.domain ?? reference
  if (LIMITED.test(problem)) return productError('registry-busy', { registry, problem }, { cause: error })
  if (NO_PLATFORM.test(problem))
    return productError('platform-missing', { reference, problem }, { cause: error })
  if (REFUSED.test(problem) && !OF_PROXY.test(problem))
    return productError('reference-unknown', { reference, registry }, { cause: error })
  if (OTHER_CONTENT.test(problem))
    return productError('registry-content', { reference, problem }, { cause: error })
  return productError('registry-unreachable', { reference, problem }, { cause: error })
}
