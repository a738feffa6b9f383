import { colour, printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'
import { describeChange } from '../wording.ts'

/** `pristine diff v11 v12`: inputs, and what is inside. */
export async function diff(
  session: Session,
  _options: object,
  [from = '', to = 'current']: string[],
): Promise<number> {
  const found = await session.engine.diff(session.folder, from, to)
  session.settle()
  if (session.json) {
    printJson(found)
    return 0
  }
  printLine(colour('bold', `v${found.from.ordinal} -> v${found.to.ordinal}`))
  if (found.inputs.length === 0) printLine('The inputs are the same.')
  for (const change of found.inputs) printLine(`  ${describeChange(change, session)}`)
  if (!found.contents) printLine('What is inside them is not known: one of them never ran here.')
  else if (found.contents.length === 0) printLine('Tools and packages of the system are the same.')
  else {
    printLine(colour('bold', 'Inside'))
    for (const change of found.contents) printLine(`  ${describeChange(change, session)}`)
  }
  return 0
}
