import { EditorId } from '../../../shared/editor.ts'
import { productError } from '../../../shared/errors.ts'
import { printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine open`: opens the running environment in an editor. */
export async function open(session: Session, options: { in?: string }): Promise<number> {
  const { engine, folder, json } = session
  const editors = await engine.editors()
  const wanted = options.in === undefined ? editors[0]?.id : EditorId.safeParse(options.in).data
  if (!wanted) throw productError('editor-missing', { name: options.in ?? 'An editor' })
  await engine.openEditor(folder, wanted)
  session.settle()
  if (json) printJson({ editor: wanted })
  else printLine(`Opened in ${editors.find(({ id }) => id === wanted)?.name ?? wanted}.`)
  return 0
}
