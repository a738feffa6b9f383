import { randomBytes } from 'node:crypto'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../connection/connect.ts'
import { call, isNotFound } from '../connection/engine-call.ts'
import { inspectContainer } from '../containers.ts'
import { MAX_OUTPUT } from '../streams/bounded-text.ts'
import { demux } from '../streams/demux.ts'
import { WholeLines } from '../streams/whole-lines.ts'
import { COMMAND_VARIABLE, endCommand, killCommand } from './end-command.ts'
import { type CommandSpec, outputEnd, type StartedExec, startExec } from './exec-start.ts'
import { signalOf } from './interrupted.ts'
import { pidInside } from './pid-inside.ts'

/** A command whose end a caller waits for. */
export interface ExecSpec extends CommandSpec {
  /**
   * What happens to the program and its children when the command is cancelled: they are killed (the default);
   * signalled, as `Interrupted` says, and killed if they do not end; or left to the caller, who removes or stops the
   * container.
   */
  whenCancelled?: 'kill' | 'ask' | 'leave'
  /** Identifies its processes, in case another process has to end them; see `COMMAND_VARIABLE`. */
  id?: string
  /** As `StartedCommand` has it. */
  mayGoOn?: (() => void) | undefined
  /** Takes out of the output what must not be shown; one for each stream. */
  filter?: Run['filter'] | undefined
}

/**
 * Runs a command and gives its output to `onOutput` as it comes, in whole lines. If that returns a promise, the program
 * waits until it is settled. Returns its exit code.
 * Errors: `engine-refused`, `engine-unreachable`; `cancelled`, but for a program that was asked to end.
 */
export async function exec(
  engine: Engine,
  container: string,
  spec: ExecSpec,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => unknown,
  signal?: AbortSignal,
): Promise<number> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const pending: WholeLines[] = []
  for (const [stream, name] of [
    [stdout, 'stdout'],
    [stderr, 'stderr'],
  ] as const) {
    const write = (text: string) => {
      const taken = onOutput(text, name)
      if (!(taken instanceof Promise) || signal?.aborted) return
      stream.pause()
      void taken.finally(() => stream.resume())
    }
    const whole = new WholeLines(write, spec.filter?.())
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => whole.push(text))
    pending.push(whole)
  }
  const code = await runToEnd(
    engine,
    container,
    { ...spec, tty: false, stdin: false },
    signal,
    ({ socket }) => {
      demux(engine, socket, stdout, stderr, signal)
      return undefined
    },
  )
  for (const stream of [stdout, stderr]) await rest(stream.end(), signal)
  for (const whole of pending) whole.end()
  return code
}

/** Waits until a stream was read completely, unless nobody waits for that. */
async function rest(stream: PassThrough, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return
  await finished(stream, { writable: false, ...(signal && { signal }) }).catch(() => {})
}

/**
 * Runs a command and returns its exit code and output. A command that prints more than can be meant is ended.
 * Errors: as `exec`; `output-endless`.
 */
export async function execOutput(
  engine: Engine,
  container: string,
  spec: ExecSpec,
  signal?: AbortSignal,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' }
  const full = new AbortController()
  const keep = (text: string, stream: 'stdout' | 'stderr') => {
    if (output.stdout.length + output.stderr.length + text.length > MAX_OUTPUT) full.abort()
    else output[stream] += text
  }
  const either = signal ? AbortSignal.any([signal, full.signal]) : full.signal
  const code = await exec(engine, container, spec, keep, either).catch((error: unknown) => {
    if (!full.signal.aborted || !isProductError(error, 'cancelled') || signal?.aborted) throw error
  })
  if (code !== undefined && !full.signal.aborted) return { code, ...output }
  throw productError('output-endless', { program: spec.command[0] ?? '' })
}

/** So often a size is set; in milliseconds, the wait grows by so much each time. */
const RESIZES = 30
const RESIZE_AGAIN = 20

/**
 * Runs a command with this terminal's (or pipe's) streams. With `tty`, `resize` events set the size. Returns its exit
 * code. Errors: as `exec`.
 */
export function execInteractive(
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
  return runToEnd(engine, container, { ...spec, tty: io.tty, stdin: true }, signal, async (session) => {
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
    else demux(engine, session.socket, io.stdout, io.stderr, signal)
    return () => {
      io.stdin.unpipe(session.socket)
      stopResizing?.()
    }
  })
}

/**
 * Starts a command, connects its streams, and waits until it has ended or was ended. `connect` returns what is to be done
 * then.
 */
async function runToEnd(
  engine: Engine,
  container: string,
  spec: ExecSpec & { tty: boolean; stdin: boolean },
  signal: AbortSignal | undefined,
  connect: (session: StartedExec) => Promise<() => void> | undefined,
): Promise<number> {
  if (signal?.aborted) throw productError('cancelled', {})
  const { whenCancelled = 'kill', id = randomBytes(16).toString('hex'), user, tty, mayGoOn } = spec
  const own = whenCancelled === 'leave' ? [] : [`${COMMAND_VARIABLE}=${id}`]
  const session = await startExec(engine, container, { ...spec, env: [...(spec.env ?? []), ...own] })
  const wait = async (signal?: AbortSignal) => {
    await outputEnd(engine, session, signal)
    return session.exitCode(signal)
  }
  let disconnect: (() => void) | undefined
  try {
    disconnect = await connect(session)
    return await wait(signal)
  } catch (error) {
    if (!signal?.aborted || whenCancelled === 'leave') throw error
    const command = { container, id, user, tty, words: spec.command, mayGoOn }
    const known = await pidInside(engine, container, session)
    if (whenCancelled === 'ask') return await endCommand(engine, command, signalOf(signal), wait(), known)
    await killCommand(engine, command, known)
    throw error
  } finally {
    disconnect?.()
    session.socket.destroy()
  }
}

/** The number of interactive commands in a container: terminals, and commands with open input. */
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
