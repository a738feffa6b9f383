import { productError } from '../../../shared/errors.ts'
import { JsonLines } from '../json-lines.ts'
import { logDocumentPrinter, logPrinter } from '../service-logs.ts'
import type { Session } from '../session.ts'
import { outputTo } from '../terminal-output.ts'

/**
 * `pristine logs`: what the environment printed, of several services each line with the name of its own; with `--json` a
 * JSON document a line.
 */
export async function logs(
  session: Session,
  options: { follow?: boolean; tail?: string; timestamps?: boolean; service?: string },
): Promise<number> {
  const tail = options.tail === undefined ? undefined : Number(options.tail)
  if (tail !== undefined && !(Number.isInteger(tail) && tail >= 0)) {
    throw productError('usage', { problem: `--tail takes a number of lines, not "${options.tail}".` })
  }
  const { follow = false, timestamps = false, service } = options
  const { signal } = session.run
  const printing = { timestamps, signal }
  const to = session.json
    ? {
        stdout: new JsonLines('stdout', process.stdout),
        stderr: new JsonLines('stderr', process.stdout),
        lines: logDocumentPrinter(printing),
      }
    : { stdout: outputTo(process.stdout), stderr: outputTo(process.stderr), lines: logPrinter(printing) }
  await session.engine.logs(session.folder, { follow, tail, timestamps, service }, to, signal)
  return signal.aborted ? 130 : 0
}
