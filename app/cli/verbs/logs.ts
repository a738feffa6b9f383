import { productError } from '../../../shared/errors.ts'
import { JsonLines } from '../json-lines.ts'
import type { Session } from '../session.ts'

/** `pristine logs`: what the environment printed; with `--json` a JSON document a line. */
export async function logs(
  session: Session,
  options: { follow?: boolean; tail?: string; timestamps?: boolean },
): Promise<number> {
  const tail = options.tail === undefined ? undefined : Number(options.tail)
  if (tail !== undefined && !(Number.isInteger(tail) && tail >= 0)) {
    throw productError('usage', { problem: `--tail takes a number of lines, not "${options.tail}".` })
  }
  const to = session.json
    ? { stdout: new JsonLines('stdout', process.stdout), stderr: new JsonLines('stderr', process.stdout) }
    : { stdout: process.stdout, stderr: process.stderr }
  const { follow = false, timestamps = false } = options
  await session.engine.logs(session.folder, { follow, tail, timestamps }, to, session.run.signal)
  return session.run.signal.aborted ? 130 : 0
}
