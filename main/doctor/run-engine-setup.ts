import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { programPlace } from '../files/program-place.ts'
import type { Host } from '../host/host.ts'

/** What commands are run for. */
interface Work {
  /** What the failure of a command is. */
  failed: 'install-failed' | 'start-failed'
  /** What a person is told of what they leave when they cancel. */
  left: string
  /** In milliseconds: so long an engine has to answer after the last one. */
  timeout: number
}

/** In milliseconds: how often the engine is asked. */
const RETRY_INTERVAL = 500
/** At most this many last lines of a failed command are reported. */
const KEPT_LINES = 20

/**
 * Runs Pristine's own commands for an engine, one after the other, and waits until it answers. A command that has begun is
 * not broken off: `run.signal` is heeded before the next one.
 * Errors: `work.failed`, `cancelled`, those of connecting.
 */
export async function runCommands(host: Host, commands: string[], work: Work, run: Run): Promise<void> {
  for (const command of commands) {
    if (run.signal.aborted) throw productError('cancelled', { left: work.left })
    const step = { kind: 'step', id: command, name: command, phase: 'install' } as const
    run.report({ ...step, state: 'running' })
    try {
      await execute(command, host.env, work.failed, run)
    } catch (error) {
      run.report({ ...step, state: 'failed' })
      throw error
    }
    run.report({ ...step, state: 'done' })
  }
  await answering(host, work, run)
}

/** The commands are Pristine's own: words without quotes. */
async function execute(command: string, env: Host['env'], failed: Work['failed'], run: Run): Promise<void> {
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
  throw productError(failed, { command, problem, output: kept })
}

async function answering(host: Host, { timeout, left }: Work, run: Run): Promise<void> {
  const until = performance.now() + timeout
  for (;;) {
    try {
      host.disconnect()
      await host.engine()
      return
    } catch (error) {
      const waiting = isProductError(error, 'engine-missing') || isProductError(error, 'engine-unreachable')
      if (!waiting || performance.now() > until) throw error
    }
    if (run.signal.aborted) throw productError('cancelled', { left })
    await pause(RETRY_INTERVAL)
  }
}
