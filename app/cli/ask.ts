import { createInterface } from 'node:readline/promises'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { Session } from './session.ts'

/**
 * Asks a question on the terminal; Enter alone means yes. What is done without asking is `--yes`.
 * Errors: `consent-needed` when there is nobody to ask, `cancelled`.
 */
export async function agrees({ yes, asks, run }: Session, what: string, question: string): Promise<boolean> {
  if (yes) return true
  if (!asks) throw productError('consent-needed', { what, flag: '--yes' })
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl-C and Ctrl-D close it without an answer.
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  try {
    const signal = AbortSignal.any([run.signal, closed.signal])
    const answer = await terminal.question(`${question} [Y/n] `, { signal })
    return /^(?:y|yes)?$/i.test(answer.trim())
  } catch (error) {
    if (!isSystemError(error, 'ABORT_ERR')) throw error
    throw productError('cancelled', {}, { cause: error })
  } finally {
    terminal.close()
  }
}
