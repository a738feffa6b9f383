import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { HookCommand } from '../../../shared/definition.ts'
import { productError } from '../../../shared/errors.ts'

/** In milliseconds: what a command has to end after it was asked to, and what is waited for the rest of its output. */
const GRACE = 5_000
const DRAIN = 500

/** The exit code that a shell gives for a program that it does not find. */
const NOT_FOUND = 127

/**
 * Runs a command on this computer, in a folder, with the person's environment: a text in the system's shell, a list of
 * arguments without one. Nothing can be typed into it. Returns its exit code.
 * Errors: `cancelled`, after the command and what it started were ended.
 */
export async function runOnHost(
  command: HookCommand,
  folder: string,
  env: Record<string, string | undefined>,
  write: (chunk: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (signal.aborted) throw productError('cancelled', {})
  const [program = '', ...args] = typeof command === 'string' ? [command] : command
  const child = spawn(program, args, {
    cwd: folder,
    env,
    shell: typeof command === 'string',
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts ends with it.
    detached: process.platform !== 'win32',
  })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', write)
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      write(`${error.message}\n`)
      resolve(NOT_FOUND)
    })
    child.once('exit', (code, by) => resolve(code ?? 128 + (constants.signals[by ?? 'SIGKILL'] ?? 0)))
  })
  const stop = () => void end(child, ended)
  signal.addEventListener('abort', stop)
  try {
    const code = await ended
    // What it left running may keep its output open for ever.
    await Promise.race([closed, pause(DRAIN)])
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
    if (signal.aborted) throw productError('cancelled', {})
    return code
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function end(child: ChildProcess, ended: Promise<number>): Promise<void> {
  kill(child, 'SIGTERM')
  const gone = await Promise.race([ended.then(() => true), pause(GRACE, false)])
  if (!gone) kill(child, 'SIGKILL')
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
