import type { Hook, HookCommand, HookName } from '../../../shared/definition.ts'
import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { substituteAll } from '../../definition/devcontainer/document/substitute.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { type ExecSpec, exec } from '../../docker/exec/exec.ts'
import { LastLines } from '../../docker/streams/last-lines.ts'
import { type ExecContext, envList } from '../launch/exec-context.ts'
import { redactLocal } from '../redact-secrets.ts'

/** What commands of a definition are called in what is reported of them. */
export type CommandName = HookName | 'initializeCommand' | 'data.seed' | 'data.freeze'

/** Runs one command, gives what it prints to `write`, and returns its exit code. Errors: `cancelled`. */
export type Execute = (
  command: HookCommand,
  write: (chunk: string) => void,
  signal: AbortSignal,
) => Promise<number>

/**
 * Runs the commands of one hook in a container. Variables of the person's environment are replaced in what runs there, and
 * not in what is reported; what a command prints of their values, or of those that its container has, is hidden.
 * `ending`: as `exec` has it.
 * Errors: as `runCommands`.
 */
export function runHook(
  engine: Engine,
  container: string,
  hook: CommandName,
  commands: Hook[],
  context: ExecContext,
  run: Run,
  // A container whose hooks are cancelled is removed or stopped.
  ending: Pick<ExecSpec, 'whenCancelled' | 'id' | 'mayGoOn'> = { whenCancelled: 'leave' },
): Promise<void> {
  const { user, cwd, env, localEnv } = context
  const own = redactLocal(run, context)
  const execute: Execute = (command, write, signal) => {
    const known = substituteAll(command, { localEnv })
    const words = typeof known === 'string' ? ['/bin/sh', '-c', known] : known
    const spec = { command: words, user, cwd, env: envList(env), filter: own.filter, ...ending }
    return exec(engine, container, spec, write, signal)
  }
  return runCommands(hook, commands, execute, own)
}

/**
 * Runs the commands of one hook in order; the members of an object run in parallel, as the Dev Containers specification
 * requires. The first failure ends the hook.
 * Errors: `hook-failed`, `cancelled`.
 */
export async function runCommands(
  hook: CommandName,
  commands: Hook[],
  execute: Execute,
  run: Run,
): Promise<void> {
  for (const [index, command] of commands.entries()) {
    const named = isParallel(command) ? Object.entries(command) : [['', command] as const]
    const results = await Promise.allSettled(
      named.map(([name, one]) => {
        const step = { hook, id: `${hook} ${index} ${name}`, name, command: one }
        return runCommand(step, execute, run)
      }),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}

const isParallel = (hook: Hook): hook is Record<string, HookCommand> =>
  typeof hook === 'object' && !Array.isArray(hook)

/** Hooks in which people start programs that go on; what prepares an environment stands in the others. */
const AT_EACH_START = new Set(['postStartCommand', 'postAttachCommand'])
/** In milliseconds. */
const SLOW = 30_000

const slowNote = (hook: string) => ({
  kind: 'note' as const,
  text: `${hook} has not ended yet, and the environment is ready only when it has. If it starts a program that goes on, start that in the background ("… &"), or as the container's own program ("overrideCommand": false).`,
})

async function runCommand(
  step: { hook: string; id: string; name: string; command: HookCommand },
  execute: Execute,
  run: Run,
): Promise<void> {
  const text = typeof step.command === 'string' ? step.command : step.command.join(' ')
  if (text.trim() === '') return
  const reported = {
    kind: 'step',
    id: step.id,
    name: `${step.hook}${step.name && ` ${step.name}`}: ${text}`,
    phase: step.hook === 'initializeCommand' ? 'initialize' : 'hook',
    subject: step.hook,
  } as const
  const output = new LastLines()
  const write = (chunk: string) => {
    output.add(chunk)
    run.report({ kind: 'log', step: step.id, text: chunk })
  }
  run.report({ ...reported, state: 'running' })
  const slow = AT_EACH_START.has(step.hook)
    ? setTimeout(() => run.report(slowNote(step.hook)), SLOW)
    : undefined
  let code: number
  try {
    code = await execute(step.command, write, run.signal)
  } catch (error) {
    run.report({ ...reported, state: 'failed' })
    throw error
  } finally {
    clearTimeout(slow)
  }
  run.report({ ...reported, state: code === 0 ? 'done' : 'failed' })
  if (code === 0) return
  throw productError('hook-failed', { hook: step.hook, command: text, code, output: output.lines })
}
