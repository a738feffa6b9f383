import { printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine rm`: removes the environment; data and versions only on an explicit word. */
export async function rm(session: Session, options: { data?: boolean; versions?: boolean }): Promise<number> {
  const { data = false, versions = false } = options
  const removed = await session.engine.remove(session.folder, { data, versions })
  session.settle()
  if (session.json) {
    printJson({ removed })
    return 0
  }
  const { containers, volumes, images } = removed
  for (const name of [...containers, ...volumes, ...images]) printLine(`removed ${name}`)
  if (containers.length === 0) printLine('There was no environment.')
  const kept = [...(data ? [] : ['data (--data)']), ...(versions ? [] : ['versions (--versions)'])]
  if (kept.length > 0) printLine(`Kept: your folder, ${kept.join(', ')}.`)
  return 0
}
