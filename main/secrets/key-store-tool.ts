import { spawn } from 'node:child_process'
import { isSystemError, productError } from '../../shared/errors.ts'
import { boundedText } from '../docker/streams/bounded-text.ts'
import { programPlace } from '../files/program-place.ts'

/** In milliseconds: the system may ask the person to unlock the store. */
const DEADLINE = 60_000

/** A program of the system that reaches its key store. */
export interface Tool {
  program: string
  /** How people call the store. */
  store: string
  /** What to do where the program is missing. */
  missing: string
  env: Record<string, string | undefined>
}

/**
 * Runs such a program to its end, with a text as its input. Returns its exit code and what it printed.
 * Errors: `key-store-unusable` when it is missing or does not end.
 */
export async function runTool(
  { program, store, missing, env }: Tool,
  args: string[],
  input = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(program, args, {
    ...programPlace(env),
    stdio: 'pipe',
    timeout: DEADLINE,
    windowsHide: true,
  })
  // It may end without reading.
  child.stdin.on('error', () => {}).end(input)
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  try {
    const kill = () => child.kill('SIGKILL')
    const [ended, stdout, stderr] = await Promise.all([
      code,
      boundedText(child.stdout, kill),
      boundedText(child.stderr, kill),
    ])
    if (ended === null)
      throw productError('key-store-unusable', { store, problem: `"${program}" did not end.` })
    return { code: ended, stdout, stderr }
  } catch (error) {
    if (!isSystemError(error)) throw error
    const problem = error.code === 'ENOENT' ? missing : error.message
    throw productError('key-store-unusable', { store, problem }, { cause: error })
  }
}
