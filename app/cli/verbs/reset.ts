import { askingForTrust } from '../ask-trust.ts'
import { printJson, printNote } from '../output.ts'
import type { Session } from '../session.ts'
import { printResult } from './up.ts'

/** `pristine reset`: replaces the environment by a fresh one of a version, with `--data` its data too. */
export async function reset(
  session: Session,
  options: { to: string; data?: string | true; trust?: string[] },
): Promise<number> {
  const data = options.data === true ? null : options.data
  const began = Date.now()
  const result = await askingForTrust(session, options.trust, (trust) =>
    session.engine.reset(session.folder, { to: options.to, data, trust }, session.run),
  )
  session.settle()
  if (session.json) {
    printJson(result)
    return 0
  }
  printResult(result, session, { planned: false, milliseconds: Date.now() - began })
  if (result.because.length > 0) printNote('"pristine up" goes to what the definition says.')
  return 0
}
