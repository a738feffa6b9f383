import { isProductError, productError } from '../../shared/errors.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ExecSpec, exec, execOutput } from '../docker/exec/exec.ts'

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
  const either = AbortSignal.any([signal, late])
  const ended = await execOutput(engine, container, specOf(script, words), either).catch((error: unknown) => {
    if (late.aborted && !signal.aborted) throw refused(`It did not answer within ${DEADLINE / 1000} seconds.`)
    throw withoutShell(error, refused)
  })
  requireRun(ended.code, `${ended.stderr}${ended.stdout}`, refused)
  return ended
}

/**
 * The same for a script whose output is used as it comes, in whole lines, until it ends or the caller aborts. Returns its exit
 * code. Errors: `refused`; `engine-unreachable`, `cancelled`.
 */
export async function streamRootScript(
  engine: Engine,
  container: string,
  script: string,
  words: string[],
  refused: (problem: string) => Error,
  onOutput: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  let said = ''
  const take = (text: string, stream: 'stdout' | 'stderr') => {
    if (stream === 'stdout') onOutput(text)
    else said = text
  }
  const code = await exec(engine, container, specOf(script, words), take, signal).catch((error: unknown) => {
    throw withoutShell(error, refused)
  })
  requireRun(code, said, refused)
  return code
}

const specOf = (script: string, words: string[]): ExecSpec => ({
  command: ['/bin/sh', '-c', script, 'sh', ...words],
  user: '0',
  cwd: '/',
  env: ENVIRONMENT,
})

const withoutShell = (error: unknown, refused: (problem: string) => Error): unknown =>
  isProductError(error, 'engine-refused') ? refused(`It runs no /bin/sh: ${error.why}`) : error

/** Refuses the codes by which a shell, or the engine, reports a program that is not there. */
function requireRun(code: number, said: string, refused: (problem: string) => Error): void {
  if (code === 126 || code === 127) throw refused(said.trim().split('\n').at(-1) || 'It has no /bin/sh.')
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
