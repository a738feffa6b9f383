import { describeLeftOut } from '../../shared/clone.ts'
import { type ErrorData, isProductError } from '../../shared/errors.ts'
import { describeCapability, describeChanged, describeOther } from '../../shared/trust.ts'
import { colour, printNote } from './output.ts'
import { granted } from './prompt.ts'
import type { Session } from './session.ts'

/**
 * Does work that may be refused as `not-trusted`, with the fingerprints that the person gave. On a terminal what is asked
 * for is shown, and the work is done once more if the person grants it; elsewhere the refusal stands.
 */
export async function askingForTrust<T>(
  session: Session,
  given: readonly string[] = [],
  work: (trust: string[]) => Promise<T>,
): Promise<T> {
  const trust = [...given]
  for (;;) {
    try {
      return await work(trust)
    } catch (error) {
      if (!session.asks || !isProductError(error, 'not-trusted')) throw error
      const { asked, fingerprint, anyFiles, changedFiles, leftOut, other } =
        error.data as ErrorData<'not-trusted'>
      if (trust.includes(fingerprint) || (anyFiles !== null && trust.includes(anyFiles))) throw error
      session.settle()
      printNote(colour('bold', error.message, process.stderr))
      for (const capability of asked) printNote(`  ${describeCapability(capability)}`)
      const changed = describeChanged(changedFiles)
      if (changed !== undefined) printNote(changed)
      if (leftOut) printNote(`Fetched once it is trusted: ${describeLeftOut(leftOut)}`)
      if (other) for (const line of describeOther(other)) printNote(line)
      const given = await granted(session, 'Grant this?', { fingerprint, anyFiles })
      if (given === undefined) throw error
      trust.push(given)
    }
  }
}
