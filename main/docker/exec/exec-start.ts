import { setTimeout as pause } from 'node:timers/promises'
import { productError } from '../../../shared/errors.ts'
import type { Engine } from '../connection/connect.ts'
import { call, statusOf } from '../connection/engine-call.ts'
import { withHeartbeat } from '../connection/heartbeat.ts'

/** A command inside a container. `env` entries are `NAME=value`; a name alone takes the container's variable away. */
export interface CommandSpec {
  command: string[]
  user?: string | undefined
  cwd?: string | undefined
  env?: string[]
}

/** A command that runs: its output, and how it ends. */
export type StartedExec = Awaited<ReturnType<typeof startExec>>

/** Starts a command in a container. Errors: `engine-refused`, `engine-unreachable`. */
export async function startExec(
  engine: Engine,
  container: string,
  spec: CommandSpec & { tty: boolean; stdin: boolean },
) {
  const prepare = (command: string[], env: string[]) =>
    call('preparing a command in the container', (abortSignal) =>
      engine.docker.getContainer(container).exec({
        Cmd: command,
        AttachStdin: spec.stdin,
        AttachStdout: true,
        AttachStderr: true,
        Tty: spec.tty,
        ...(spec.user && { User: spec.user }),
        ...(spec.cwd && { WorkingDir: spec.cwd }),
        Env: env,
        abortSignal,
      }),
    )
  const [given, taken] = [true, false].map((is) => (spec.env ?? []).filter((one) => one.includes('=') === is))
  const exec = await prepare(spec.command, spec.env ?? []).catch((error: Error) => {
    if (statusOf(error.cause) !== 400 || !taken?.length) throw error
    // Podman takes no variable away; the container's own `env` does.
    return prepare(['env', ...taken.flatMap((name) => ['-u', name]), ...spec.command], given ?? [])
  })
  const socket = await call('starting a command in the container', () =>
    exec.start({ hijack: true, stdin: spec.stdin, Tty: spec.tty }),
  )
  const exitCode = async (signal?: AbortSignal) => {
    // A program may close its output and continue; and the engine notices its end a moment later.
    for (let wait = 5; ; wait = Math.min(wait * 2, 1_000)) {
      const state = await call('reading the exit code', (abortSignal) => exec.inspect({ abortSignal }))
      if (!state.Running) return state.ExitCode ?? 1
      await pause(wait, undefined, { signal }).catch((error: unknown) => {
        throw productError('cancelled', {}, { cause: error })
      })
    }
  }
  return { exec, socket: socket as Socket & NodeJS.ReadWriteStream, exitCode }
}

type Socket = NodeJS.ReadableStream & { destroy(): unknown }

/** Waits until a command has closed its output. Errors: `cancelled`, `engine-unreachable`. */
export function outputEnd(
  engine: Engine,
  { socket }: { socket: Socket },
  signal?: AbortSignal,
): Promise<void> {
  const wait = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const cancel = () => reject(productError('cancelled', {}))
      if (signal.aborted) return cancel()
      signal.addEventListener('abort', cancel, { once: true })
      const done = () => {
        signal.removeEventListener('abort', cancel)
        resolve()
      }
      socket.on('end', done)
      socket.on('close', done)
      socket.on('error', done)
    })
  return withHeartbeat(engine, 'running a command in the container', signal, wait)
}
