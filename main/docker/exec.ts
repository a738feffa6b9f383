import { PassThrough, type Readable, type Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { call, isNotFound, statusOf } from './call.ts'
import type { Engine } from './connect.ts'
import { inspectContainer } from './containers.ts'
import { whileAnswering } from './while-answering.ts'
import { WholeLines } from './whole-lines.ts'

/** A command inside a container. `env` entries are `NAME=value`; a name alone takes the container's variable away. */
export interface ExecSpec {
  command: string[]
  user?: string | undefined
  cwd?: string | undefined
  env?: string[]
  /** Takes out of the output what must not be shown; one for each stream. */
  filter?: Run['filter'] | undefined
}

/**
 * Runs a command and gives its output to `onOutput` as it comes, in whole lines. Returns its exit code.
 * When cancelled, the program inside is not stopped by the engine: the caller removes or stops the container.
 * Errors: `engine-refused`, `engine-unreachable`, `cancelled`.
 */
export async function exec(
  engine: Engine,
  container: string,
  spec: ExecSpec,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => void,
  signal?: AbortSignal,
): Promise<number> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const pending: WholeLines[] = []
  for (const [stream, name] of [
    [stdout, 'stdout'],
    [stderr, 'stderr'],
  ] as const) {
    const whole = new WholeLines((text) => onOutput(text, name), spec.filter?.())
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => whole.push(text))
    pending.push(whole)
  }
  const session = await startExec(engine, container, { ...spec, tty: false, stdin: false }, signal)
  engine.docker.modem.demuxStream(session.socket, stdout, stderr)
  await ended(engine, session.socket, signal)
  const code = await session.exitCode()
  for (const whole of pending) whole.end()
  return code
}

/** Runs a command and returns its exit code and output. */
export async function execOutput(
  engine: Engine,
  container: string,
  spec: ExecSpec,
  signal?: AbortSignal,
): Promise<{ code: number; stdout: string }> {
  let stdout = ''
  const keep = (text: string, stream: string) => {
    if (stream === 'stdout') stdout += text
  }
  return { code: await exec(engine, container, spec, keep, signal), stdout }
}

/** So often a size is set; in milliseconds, the wait grows by so much each time. */
const RESIZES = 30
const RESIZE_AGAIN = 20

/** Runs a command with this terminal's (or pipe's) streams. With `tty`, `resize` events set the size. */
export async function execInteractive(
  engine: Engine,
  container: string,
  spec: ExecSpec,
  io: {
    stdin: Readable
    stdout: Writable
    stderr: Writable
    tty: boolean
    size?: () => { columns: number; rows: number }
    onResize?: (listener: () => Promise<void>) => () => void
  },
  signal?: AbortSignal,
): Promise<number> {
  const session = await startExec(engine, container, { ...spec, tty: io.tty, stdin: true }, signal)
  const resize = async () => {
    for (let attempt = 1; attempt <= RESIZES; attempt++) {
      const size = io.size?.()
      if (!size || signal?.aborted) return
      try {
        return void (await session.exec.resize({ w: size.columns, h: size.rows }))
      } catch {
        // The command may not run yet, though its stream is there.
        const state = await session.exec.inspect().catch(() => undefined)
        if (!state || typeof state.ExitCode === 'number') return
        await pause(attempt * RESIZE_AGAIN)
      }
    }
  }
  const stopResizing = io.tty ? io.onResize?.(resize) : undefined
  // What is typed finds the terminal in its size.
  if (io.tty) await resize()
  io.stdin.pipe(session.socket)
  if (io.tty) session.socket.pipe(io.stdout, { end: false })
  else engine.docker.modem.demuxStream(session.socket, io.stdout, io.stderr)
  try {
    await ended(engine, session.socket, signal)
  } finally {
    io.stdin.unpipe(session.socket)
    stopResizing?.()
  }
  return session.exitCode()
}

/** How many commands run in a container that somebody types into: terminals, and commands with their input open. */
export async function openSessions(engine: Engine, container: string): Promise<number> {
  const ids = (await inspectContainer(engine, container))?.ExecIDs ?? []
  const sessions = await Promise.all(
    ids.map(async (id) => {
      const state = await call(
        'looking at the open terminals',
        (abortSignal) => engine.docker.getExec(id).inspect({ abortSignal }),
        { expected: [404] },
      ).catch((error: unknown) => {
        if (isNotFound(error)) return undefined
        throw error
      })
      return state?.Running === true && (state.OpenStdin || state.ProcessConfig.tty)
    }),
  )
  return sessions.filter(Boolean).length
}

async function startExec(
  engine: Engine,
  container: string,
  spec: ExecSpec & { tty: boolean; stdin: boolean },
  signal?: AbortSignal,
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
  const exitCode = async () => {
    // A program may close its output and go on; and the engine hears of its end a moment later than of that.
    for (let wait = 5; ; wait = Math.min(wait * 2, 1_000)) {
      const state = await call('reading the exit code', (abortSignal) => exec.inspect({ abortSignal }))
      if (!state.Running) return state.ExitCode ?? 1
      await pause(wait, undefined, { signal }).catch((error: unknown) => {
        throw productError('cancelled', {}, { cause: error })
      })
    }
  }
  return { exec, socket, exitCode }
}

type Socket = NodeJS.ReadableStream & { destroy(): unknown }

function ended(engine: Engine, socket: Socket, signal?: AbortSignal): Promise<void> {
  const wait = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const cancel = () => {
        socket.destroy()
        reject(productError('cancelled', {}))
      }
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
  return whileAnswering(engine, 'running a command in the container', signal, wait)
}
