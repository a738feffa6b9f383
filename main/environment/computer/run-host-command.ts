import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { HookCommand } from '../../../shared/definition.ts'
import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { WholeLines } from '../../docker/streams/whole-lines.ts'

/**
 * In milliseconds: how long a command may take to end after its signal, and how long to wait for the rest of its output.
 */
const GRACE = 5_000
const DRAIN = 500
/** In milliseconds: how often it is asked whether all of a command has ended. */
const LOOK = 25

/** The exit code of a shell for a program that it does not find. */
const NOT_FOUND = 127

/**
 * Runs a command on this computer, in a folder, with the person's environment: a text in the system's shell, a list of
 * arguments without a shell. It gets no input. Its output goes to `write` in whole lines, through the run's `filter`.
 * Returns its exit code.
 * Errors: `cancelled`, after the command and everything that it started have ended.
 */
export async function runOnHost(
  command: HookCommand,
  folder: string,
  env: Record<string, string | undefined>,
  write: (lines: string) => void,
  { signal, filter }: Pick<Run, 'signal' | 'filter'>,
): Promise<number> {
  if (signal.aborted) throw productError('cancelled', {})
  const [program = '', ...args] = typeof command === 'string' ? [command] : command
  const child = spawn(program, args, {
    cwd: folder,
    env,
    shell: typeof command === 'string',
    stdio: ['ignore', 'pipe', 'pipe'],
    // It gets its own process group, so that everything that it starts ends with it.
    detached: process.platform !== 'win32',
  })
  const printed = [child.stdout, child.stderr].map((stream) => {
    const lines = new WholeLines(write, filter?.())
    stream.setEncoding('utf8').on('data', (chunk: string) => lines.push(chunk))
    return lines
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      printed[1]?.push(`${error.message}\n`)
      resolve(NOT_FOUND)
    })
    child.once('exit', (code, by) => resolve(code ?? 128 + (constants.signals[by ?? 'SIGKILL'] ?? 0)))
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped = end(child)
  }
  // A second Ctrl-C ends this process at once.
  const killAll = () => kill(child, 'SIGKILL')
  signal.addEventListener('abort', stop)
  process.on('exit', killAll)
  try {
    const code = await ended
    // A program that it left running may keep its output open for ever.
    await Promise.race([closed, pause(DRAIN)])
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
    for (const lines of printed) lines.end()
    await stopped
    if (signal.aborted) throw productError('cancelled', {})
    return code
  } finally {
    process.off('exit', killAll)
    signal.removeEventListener('abort', stop)
  }
}

/** Ends a command with all that it started, also what outlives its first process. */
async function end(child: ChildProcess): Promise<void> {
  kill(child, 'SIGTERM')
  await waitForEnd(child, GRACE)
  kill(child, 'SIGKILL')
  await waitForEnd(child, DRAIN)
}

async function waitForEnd(child: ChildProcess, milliseconds: number): Promise<void> {
  for (const until = performance.now() + milliseconds; kill(child, 0) && performance.now() < until; )
    await pause(LOOK)
}

/** Signals a command's group; 0 only asks. Returns whether there was something left to signal. */
function kill(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false
  try {
    return process.platform === 'win32' ? child.kill(signal) : process.kill(-child.pid, signal)
  } catch {
    return false
  }
}
