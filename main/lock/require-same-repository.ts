import { productError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/image-reference.ts'

/** The allowed pins of an image: `docker.io/library/node@sha256:…` for `node:24`, without the digest's value. */
function ownPin(reference: string): string | undefined {
  const parsed = parseImageReference(reference)
  return parsed && `${parsed.repository}@${parsed.digest ?? 'sha256:'}`
}

/** Whether an image is pinned to its own repository, and to the digest that it is written with, if it is. */
export function isOwnPin(reference: string, resolved: string): boolean {
  const own = ownPin(reference)
  return own !== undefined && resolved.startsWith(own)
}

/**
 * Refuses a pin to an image that its reference does not name: a reader of the definition sees only the reference.
 * `file` is the lock's, as it is shown. Error: `lock-foreign-pin`.
 */
export function requireSameRepository(file: string, reference: string, resolved: string): void {
  if (isOwnPin(reference, resolved)) return
  const own = ownPin(reference)
  throw productError('lock-foreign-pin', {
    file,
    reference,
    resolved,
    ...(own !== undefined && { own: own.endsWith('sha256:') ? `${own}…` : own }),
  })
}
