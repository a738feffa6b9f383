import { createInterface } from 'node:readline/promises'
import { productError } from '../../shared/errors.ts'
import { printNote } from './output.ts'
import type { Session } from './session.ts'

/**
 * Whether the person agrees to something: beforehand with `--yes`, or now; Enter alone means yes. `what` names it where
 * nobody can be asked.
 * Errors: `consent-needed` when there is nobody to ask, `cancelled`.
 */
export async function agrees({ yes, asks, run }: Session, what: string, question: string): Promise<boolean> {
  if (yes) return true
  if (!asks) throw productError('consent-needed', { what, flag: '--yes' })
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl-C and Ctrl-D close it without an answer.
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  try {
    const signal = AbortSignal.any([run.signal, closed.signal])
    const answer = await terminal.question(`${question} [Y/n] `, { signal })
    return /^(?:y|yes)?$/i.test(answer.trim())
  } catch (cause) {
    printNote('')
    throw productError('cancelled', {}, { cause })
  } finally {
    terminal.close()
  }
}
