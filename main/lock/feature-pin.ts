import { parseImageReference } from '../../shared/image-reference.ts'
import type { FeaturePin } from '../../shared/lock.ts'

/** Whether a feature is an archive at an address, and not in a registry. */
export const isTarball = (reference: string): boolean => reference.startsWith('https://')

/**
 * The `id` of a feature's reference (main/definition/features/feature-reference.ts), however a lock or a person spells it:
 * registries make no difference between upper and lower case, but servers do.
 */
export function featureKey(written: string): string {
  if (!/^https:\/\//i.test(written)) return written.toLowerCase()
  return URL.canParse(written) ? new URL(written).href : written
}

/** What is wrong with the pin of a feature in a lock, as a sentence; undefined for a good one. */
export function featurePinProblem(reference: string, value: unknown): string | undefined {
  const pin = value as Partial<Record<keyof FeaturePin, unknown>> | null
  const isWhole =
    typeof pin === 'object' &&
    pin !== null &&
    Object.keys(pin).every((key) => ['version', 'resolved', 'integrity', 'dependsOn'].includes(key)) &&
    (pin.version === undefined || typeof pin.version === 'string') &&
    typeof pin.resolved === 'string' &&
    /^sha256:[0-9a-f]{64}$/.test(String(pin.integrity)) &&
    (pin.dependsOn === undefined ||
      (Array.isArray(pin.dependsOn) && pin.dependsOn.every((name) => typeof name === 'string')))
  if (!isWhole)
    return `the feature "${reference}" must have "resolved" and "integrity" (sha256:…), and beside them no more than "version" and the list "dependsOn".`
  const { resolved, integrity } = pin as FeaturePin
  const isOwn = (isTarball(resolved) ? featureKey(resolved) : resolved) === resolvedOf(reference, integrity)
  return isOwn ? undefined : `the feature "${reference}" is pinned to ${resolved}, which is not it.`
}

/** What a reference of this integrity is resolved to; undefined for what is no reference. */
export function resolvedOf(reference: string, integrity: string): string | undefined {
  const key = featureKey(reference)
  if (isTarball(key)) return key
  const parsed = parseImageReference(key)
  if (!parsed || (parsed.digest !== undefined && parsed.digest !== integrity)) return undefined
  return `${parsed.repository}@${integrity}`
}
