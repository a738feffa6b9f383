import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { programPlace } from '../files/program-place.ts'
import type { Host } from '../host/host.ts'
import { installCommands } from './remedies.ts'
import { readSystem, type System } from './system.ts'

/** In milliseconds: so long an engine has to answer once it was installed, and so often it is asked. */
const TIMEOUT = 30_000
const RETRY_INTERVAL = 500
const INSTALLED = 'What was installed so far stays.'
/** At most this many last lines of a failed command are reported. */
const KEPT_LINES = 20

/**
 * The commands that `installEngine` runs here. Without a terminal, `pkexec` asks for permission in a window of the
 * system; without `pkexec` no command is offered.
 */
export async function installable(
  env: Record<string, string | undefined>,
  terminal: boolean,
): Promise<string[]> {
  return asked(await readSystem(env), terminal)
}

function asked(system: System, terminal: boolean): string[] {
  const commands = installCommands(system)
  if (system.root) return commands
  if (terminal) return system.has.has('sudo') ? commands : []
  return system.has.has('pkexec') ? commands.map((command) => command.replace(/^sudo /, 'pkexec ')) : []
}

/**
 * Installs a container engine with the system's packages and waits until it answers. A command that has begun is not
 * broken off: `run.signal` is heeded before the next one.
 * Errors: `install-unsupported`, `install-failed`, `cancelled`, those of connecting.
 */
export async function installEngine(
  host: Host,
  terminal: boolean,
  run: Run,
  system = readSystem(host.env),
): Promise<void> {
  const commands = asked(await system, terminal)
  if (commands.length === 0) throw productError('install-unsupported', {})
  for (const command of commands) {
    if (run.signal.aborted) throw productError('cancelled', { left: INSTALLED })
    const step = { kind: 'step', id: command, name: command, phase: 'install' } as const
    run.report({ ...step, state: 'running' })
    try {
      await execute(command, host.env, run)
    } catch (error) {
      run.report({ ...step, state: 'failed' })
      throw error
    }
    run.report({ ...step, state: 'done' })
  }
  await answering(host, run)
}

/** The commands are Pristine's own: words without quotes. */
async function execute(command: string, env: Host['env'], run: Run): Promise<void> {
  const [program = '', ...words] = command.split(' ')
  const child = spawn(program, words, {
    ...programPlace({ ...env, DEBIAN_FRONTEND: 'noninteractive' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | Error>((resolve) => {
    child.once('error', resolve)
    child.once('close', (code) => resolve(code ?? 1))
  })
  const kept: string[] = []
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (text) => {
      run.report({ kind: 'log', step: command, text })
      kept.push(text)
      if (kept.length > KEPT_LINES) kept.shift()
    })
  }
  const end = await ended
  if (end === 0) return
  const problem = end instanceof Error ? end.message : `it ended with code ${end}`
  throw productError('install-failed', { command, problem, output: kept })
}

async function answering(host: Host, run: Run): Promise<void> {
  const until = performance.now() + TIMEOUT
  for (;;) {
    try {
      host.disconnect()
      await host.engine()
      return
    } catch (error) {
      const waiting = isProductError(error, 'engine-missing') || isProductError(error, 'engine-unreachable')
      if (!waiting || performance.now() > until) throw error
    }
    if (run.signal.aborted) throw productError('cancelled', { left: INSTALLED })
    await pause(RETRY_INTERVAL)
  }
}
