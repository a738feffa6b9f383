import type { Hook, HookCommand, HookName } from '../../shared/definition.ts'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connect.ts'
import { exec } from '../docker/exec.ts'
import { LastLines } from '../docker/last-lines.ts'
import { type ExecContext, envList } from './exec-context.ts'

/**
 * Runs the commands of one hook in their order; the members of an object run side by side, as the Dev Containers
 * specification has it. The first failure ends the hook.
 * Errors: `hook-failed`, `cancelled`.
 */
export async function runHook(
  engine: Engine,
  container: string,
  hook: HookName,
  commands: Hook[],
  context: ExecContext,
  run: Run,
): Promise<void> {
  for (const [index, command] of commands.entries()) {
    const named = isParallel(command) ? Object.entries(command) : [['', command] as const]
    const results = await Promise.allSettled(
      named.map(([name, one]) =>
        runCommand(
          engine,
          container,
          { hook, id: `${hook} ${index} ${name}`, name, command: one },
          context,
          run,
        ),
      ),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}

const isParallel = (hook: Hook): hook is Record<string, HookCommand> =>
  typeof hook === 'object' && !Array.isArray(hook)

async function runCommand(
  engine: Engine,
  container: string,
  step: { hook: HookName; id: string; name: string; command: HookCommand },
  context: ExecContext,
  run: Run,
): Promise<void> {
  const text = typeof step.command === 'string' ? step.command : step.command.join(' ')
  if (text.trim() === '') return
  const name = `${step.hook}${step.name && ` ${step.name}`}: ${text}`
  const command = typeof step.command === 'string' ? ['/bin/sh', '-c', step.command] : step.command
  const output = new LastLines()
  run.report({ kind: 'step', id: step.id, name, state: 'running' })
  let code: number
  try {
    code = await exec(
      engine,
      container,
      { command, user: context.user, cwd: context.cwd, env: envList(context.env) },
      (chunk) => {
        output.add(chunk)
        run.report({ kind: 'log', step: step.id, text: chunk })
      },
      run.signal,
    )
  } catch (error) {
    run.report({ kind: 'step', id: step.id, name, state: 'failed' })
    throw error
  }
  run.report({ kind: 'step', id: step.id, name, state: code === 0 ? 'done' : 'failed' })
  if (code === 0) return
  throw productError('hook-failed', { hook: step.hook, command: text, code, output: output.lines })
}
