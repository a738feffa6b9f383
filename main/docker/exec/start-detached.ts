import type { Engine } from '../connection/connect.ts'
import { call } from '../connection/engine-call.ts'
import type { CommandSpec } from './exec-start.ts'

/**
 * Starts a command in a container that goes on by itself, until it ends or the container does; its output is lost.
 * Errors: `engine-refused`, also where the program does not exist; `engine-unreachable`.
 */
export async function startDetached(
  engine: Engine,
  container: string,
  { command, user, cwd, env }: CommandSpec,
): Promise<void> {
  const exec = await call('preparing a command in the container', (abortSignal) =>
    engine.docker.getContainer(container).exec({
      Cmd: command,
      ...(user && { User: user }),
      ...(cwd && { WorkingDir: cwd }),
      ...(env && { Env: env }),
      abortSignal,
    }),
  )
  await call('starting a command in the container', () => exec.start({ Detach: true }))
}
