import { createInterface } from 'node:readline/promises'
import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import { describeCapability } from '../../shared/trust.ts'
import { colour, printNote } from './output.ts'
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
      const { asked, fingerprint } = error.data as ErrorData<'not-trusted'>
      if (trust.includes(fingerprint)) throw error
      session.settle()
      printNote(colour('bold', error.message, process.stderr))
      for (const capability of asked) printNote(`  ${describeCapability(capability)}`)
      if (!(await confirm(session, 'Grant this?'))) throw error
      trust.push(fingerprint)
    }
  }
}

/** Asks a question whose answer is no unless the person says yes. Errors: `cancelled`. */
export async function confirm({ run }: Pick<Session, 'run'>, question: string): Promise<boolean> {
  // Whoever had the terminal before may have let go of it.
  process.stdin.ref()
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const interrupted = new AbortController()
  // Ctrl-C is a key while a question is open; the end of the input is no answer.
  lines.on('SIGINT', () => interrupted.abort())
  lines.on('close', () => interrupted.abort())
  try {
    const signal = AbortSignal.any([run.signal, interrupted.signal])
    return /^y(?:es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim())
  } catch (cause) {
    printNote('')
    throw productError('cancelled', {}, { cause })
  } finally {
    lines.close()
  }
}
