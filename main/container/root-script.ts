import { isProductError, productError } from '../../shared/errors.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { execOutput } from '../docker/exec/exec.ts'

/** In milliseconds: a file system that answers nobody must not keep a person waiting. */
const DEADLINE = 20_000

/**
 * Only the system's own folders: a program of the same name that somebody put elsewhere would be run as root. GNU's `stat`
 * quotes the targets of links unless it is told not to.
 */
const ENVIRONMENT = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'QUOTING_STYLE=literal', 'LC_ALL=C']

/**
 * Runs a script of ours for /bin/sh as root in a running container. `refused`: the error where the container cannot, or does
 * not answer. Errors: that one; `output-endless`, `engine-unreachable`, `cancelled`.
 */
export async function runRootScript(
  engine: Engine,
  container: string,
  script: string,
  words: string[],
  refused: (problem: string) => Error,
  signal: AbortSignal,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const late = AbortSignal.timeout(DEADLINE)
  const spec = { command: ['/bin/sh', '-c', script, 'sh', ...words], user: '0', cwd: '/', env: ENVIRONMENT }
  const ended = await execOutput(engine, container, spec, AbortSignal.any([signal, late])).catch(
    (error: unknown) => {
      if (late.aborted && !signal.aborted)
        throw refused(`It did not answer within ${DEADLINE / 1000} seconds.`)
      if (isProductError(error, 'engine-refused')) throw refused(`It runs no /bin/sh: ${error.why}`)
      throw error
    },
  )
  // How a shell, or the engine, reports a program that is not there.
  if (ended.code !== 126 && ended.code !== 127) return ended
  const said = `${ended.stderr}${ended.stdout}`.trim().split('\n').at(-1)
  throw refused(said || 'It has no /bin/sh.')
}

/**
 * The beginning of a script: goes to the folder `$1` by its real path, or ends with a code of `folderError`.
 */
export const ENTER_FOLDER = `cd -P "$1" 2>/dev/null || { [ -d "$1" ] && exit 46; [ -e "$1" ] || [ -L "$1" ] || exit 44; exit 45; }`

/** The error for the exit code of a script that begins so; undefined for another code. */
export function folderError(code: number, path: string): Error | undefined {
  if (code === 44) return productError('path-missing', { path })
  if (code === 45) return productError('path-not-folder', { path })
  return code === 46
    ? productError('folder-not-listed', { path, problem: 'Not even root may look into it.' })
    : undefined
}
