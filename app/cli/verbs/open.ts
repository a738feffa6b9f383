import * as z from 'zod/mini'
import { EditorId } from '../../../shared/editor.ts'
import { productError } from '../../../shared/errors.ts'
import { printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine open`: opens the running environment in an editor. */
export async function open(session: Session, options: { in?: string }): Promise<number> {
  const { engine, folder, json } = session
  const wanted = z.optional(EditorId).safeParse(options.in)
  if (!wanted.success) {
    const hint = `Give one of ${EditorId.options.join(', ')}, or none for the first that is there.`
    throw productError('usage', { problem: `"${options.in}" is no editor that Pristine knows.`, hint })
  }
  const { id, name } = await engine.openEditor(folder, wanted.data)
  session.settle()
  if (json) printJson({ editor: id })
  else printLine(`Opened in ${name}.`)
  return 0
}
