import type { ErrorReport } from '../../../shared/operation.ts'
import { t } from '../../messages/messages.ts'

/** Lines that say that something failed, and not why: the frame that package managers and builders print around a cause. */
const FRAMES = [
  /^[\s\-=#*~^|.]*$/,
  /exit(?:ed with)?(?: code| status)?:? \d+/i,
  /did not complete successfully|returned a non-zero code/i,
  /A complete log of this run can be found/i,
  /^make(?:\[\d+\])?: /,
  /^\s*at .+:\d+:\d+\)?$/,
  /^Node\.js v\d/,
  /^note: /i,
]

/** What programs put before their errors. */
const PREFIX = /^(?:npm (?:error|ERR!)(?: code [A-Z]\w+$| \d{3})?|(?:ERROR|E):)\s*/

/** Words of a cause, from compilers, shells, package managers and programs. */
const CAUSE =
  /error|exception|fatal|panic|cannot|can't|could not|couldn't|unable|not found|no such|no matching|not in th|denied|refused|invalid|unknown|unsupported|undefined|missing|failed|timed out|already in use/i

/** So many of the last lines are searched. */
const LOOKED_AT = 40

/**
 * What is behind a failure, as the program said it: its last line that names a cause, else the last that says anything.
 * Without output, the failure's own sentence.
 */
export function causeOf({ message, data }: ErrorReport): string {
  const output = Array.isArray(data['output']) ? data['output'].map(String) : []
  const lines = output
    .slice(-LOOKED_AT)
    .filter((line) => !FRAMES.some((frame) => frame.test(line)))
    .map((line) => line.trim().replace(PREFIX, ''))
    .filter((line) => line !== '')
  return lines.findLast((line) => CAUSE.test(line)) ?? lines.at(-1) ?? message
}

/** Where something failed: "Dockerfile line 4", and the instruction or the command there. Undefined where no file is named. */
export function failedPlace({ data }: ErrorReport): { where: string; what: string } | undefined {
  const { file, line, instruction, hook, command } = data
  if (typeof hook === 'string') return { where: hook, what: typeof command === 'string' ? command : '' }
  if (typeof file !== 'string') return undefined
  const where = typeof line === 'number' ? t('build.fileLine', { file, line }) : file
  return { where, what: typeof instruction === 'string' ? instruction : '' }
}
