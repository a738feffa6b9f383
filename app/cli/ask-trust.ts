import { describeDeferred } from '../../shared/clone.ts'
import {
  describeAskingFeatures,
  describeChanged,
  describeOutdatedConsent,
  describePermission,
} from '../../shared/describe-permission.ts'
import { type ErrorData, isProductError } from '../../shared/errors.ts'
import { colour, printNote } from './output.ts'
import { askGrant } from './prompt.ts'
import type { Session } from './session.ts'

/**
 * Does work that may be refused as `not-trusted`, with the fingerprints that the person gave. On a terminal the
 * requested permissions are shown, and the work is repeated if the person grants them; otherwise the refusal is final.
 */
export async function askingForTrust<T>(
  session: Session,
  grants: readonly string[] = [],
  work: (trust: string[]) => Promise<T>,
): Promise<T> {
  const trust = [...grants]
  for (;;) {
    try {
      return await work(trust)
    } catch (error) {
      if (!session.interactive || !isProductError(error, 'not-trusted')) throw error
      const {
        asked: requested,
        features,
        layer,
        fingerprint,
        anyFiles,
        changedFiles,
        leftOut,
        other,
      } = error.data as ErrorData<'not-trusted'>
      if (trust.includes(fingerprint) || (anyFiles !== null && trust.includes(anyFiles))) throw error
      session.settle()
      printNote(colour('bold', error.message, process.stderr))
      for (const permission of requested) printNote(`  ${describePermission(permission)}`)
      for (const line of describeAskingFeatures(features, layer)) printNote(line)
      const changed = describeChanged(changedFiles)
      if (changed !== undefined) printNote(changed)
      if (leftOut) printNote(`Fetched once it is trusted: ${describeDeferred(leftOut)}`)
      if (other) for (const line of describeOutdatedConsent(other)) printNote(line)
      const grants = await askGrant(session, 'Grant this?', { fingerprint, anyFiles })
      if (grants === undefined) throw error
      trust.push(grants)
    }
  }
}
