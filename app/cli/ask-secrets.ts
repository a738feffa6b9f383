import { exact } from '../../shared/exact.ts'
import { printNote } from './output.ts'
import { promptHidden } from './prompt.ts'
import type { Session } from './session.ts'

/**
 * Asks on a terminal for the declared secrets that have no value, once the project is trusted; Enter alone leaves one
 * out, for good. Without a terminal nobody is asked: missing secrets are reported when the environment starts.
 * Errors: `not-trusted`, those of the definition, `secret-invalid`, `cancelled`.
 */
export async function askForSecrets(session: Session, folder: string, trust: string[]): Promise<void> {
  if (!session.interactive) return
  const { engine, definition, frozen, run } = session
  const missing = await engine.secretsToAskFor(folder, { definition, frozen, trust }, run)
  if (missing.length === 0) return
  session.settle()
  printNote(
    'The definition declares secrets that have no value yet. Enter alone leaves one out; "pristine secrets set NAME" gives it later.',
  )
  for (const { name, description, documentationUrl } of missing) {
    const about = [description, documentationUrl].filter((text) => text !== undefined && text !== '')
    const details = about.length > 0 ? ` (${exact(about.join(', '))})` : ''
    const value = await promptHidden(session, `${name}${details}: `)
    if (value === '') {
      await engine.leaveOutSecret(folder, name)
      continue
    }
    const problem = await engine.provideSecret(folder, { name, value, definition })
    if (problem !== null) printNote(`${name} is known to this command only: ${problem}`)
  }
}
