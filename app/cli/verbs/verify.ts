import type { Verified } from '../../../shared/version.ts'
import { printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'
import { isRunning, NOT_TRUSTED, ofLayer } from '../wording.ts'

function describeState(found: Verified): string {
  const { state } = found
  if (state === 'absent') return 'There is no environment.'
  const it = `it${ofLayer(found)}`
  return isRunning(state) ? `The environment runs ${it}.` : `The environment uses ${it}; it is ${state}.`
}

/** `pristine verify`: fails unless lock, image and environment match the checkout. */
export async function verify(session: Session): Promise<number> {
  const found = await session.engine.verify(session.folder, session.definition, session.run)
  session.settle()
  if (session.json) {
    printJson(found)
    return 0
  }
  const name = found.ordinal ? `v${found.ordinal} (${found.id.slice(0, 12)})` : found.id.slice(0, 12)
  printLine(`The checkout makes ${name}; the lock is complete.`)
  printLine(
    found.image
      ? 'The image was built from this plan.'
      : 'The image is not on the engine; "pristine up" builds it.',
  )
  printLine(describeState(found))
  if (!found.trusted) printLine(NOT_TRUSTED)
  return 0
}
