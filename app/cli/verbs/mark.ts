import { printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine mark v12`: makes a version the known-good one. */
export async function mark(session: Session, _options: object, [wanted = '']: string[]): Promise<number> {
  const { id, ordinal } = await session.engine.mark(session.folder, wanted)
  session.settle()
  if (session.json) printJson({ knownGood: { id, ordinal }, marked: true })
  else printLine(`★ v${ordinal} is known-good until it is unmarked.`)
  return 0
}

const GONE = ' Its image is gone; "pristine reset" builds it again from its recipe.'

/** `pristine unmark`: lets known-good move by itself again. */
export async function unmark(session: Session): Promise<number> {
  const record = await session.engine.unmark(session.folder)
  session.settle()
  if (session.json)
    printJson({
      knownGood: record ? { id: record.id, ordinal: record.ordinal, present: record.present } : null,
      marked: false,
    })
  else
    printLine(
      record
        ? `★ v${record.ordinal} is known-good, and moves with the next version that becomes ready.${record.present ? '' : GONE}`
        : 'No version is known-good yet.',
    )
  return 0
}
