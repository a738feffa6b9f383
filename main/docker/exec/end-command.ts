import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { isProductError } from '../../../shared/errors.ts'
import type { Engine } from '../connection/connect.ts'
import { statusOf } from '../connection/engine-call.ts'
import { inspectContainer } from '../containers.ts'
import { boundedText } from '../streams/bounded-text.ts'
import { demux } from '../streams/demux.ts'
import { outputEnd, startExec } from './exec-start.ts'
import { signalOnHost } from './host-processes.ts'
import { type EndSignal, exitCodeOf } from './interrupted.ts'
import { SIGNAL_COMMAND, SIGNAL_THESE } from './signal-script.ts'

/** A variable that every process of a command inherits, which identifies them even if the client is gone. */
export const COMMAND_VARIABLE = 'PRISTINE_EXEC_ID'

/** A command that was started in a container, as far as it is needed to end it. */
export interface StartedCommand {
  container: string
  /** The value of its `COMMAND_VARIABLE`. */
  id: string
  user: string | undefined
  /** Of a terminal, what left its session on purpose (a daemon, `nohup`) goes on, as on every terminal that is closed. */
  tty: boolean
  /** Its arguments, for a program whose variables cannot be seen: one that cleared them, or became another user. */
  words?: string[]
  /** Called where processes of it may go on: their container is paused and takes no command, or they outlive being killed. */
  mayGoOn?: (() => void) | undefined
}

/** What makes a command known to other processes, so that they can end it: see main/container/command-leases.ts. */
export type CommandLease = Pick<StartedCommand, 'id' | 'mayGoOn'>

/** The exit codes with which an engine reports that a program cannot be started, or does not exist. */
const NOT_STARTED = [126, 127]

/** Rounds in which everything of a command is killed: what is killed may have started something in the meantime. */
const ROUNDS = 5

/** Kills a command and what it started. `known`: processes that are known to be of it. Errors: `engine-…`. */
export async function killCommand(
  engine: Engine,
  command: StartedCommand,
  known: string[] = [],
): Promise<void> {
  let left = known
  for (let round = 1; round <= ROUNDS; round++) {
    left = await signalCommand(engine, command, 'KILL', left)
    if (left.length === 0) return
  }
  command.mayGoOn?.()
}

/** In milliseconds: what a program has to end after it was asked to, and what it started after its own end. */
const GRACE = 5_000
const REST_GRACE = 1_000
const LOOK_AGAIN = 100

/**
 * Asks a command and what it started to end, by the signal that its client got (a terminal's by SIGHUP, as one that is
 * closed), and kills what does not. `ended`: its exit code, once it has ended. Returns the program's own exit code, or
 * that of the signal. `known`: as `killCommand` has it. Errors: `engine-…`.
 */
export async function endCommand(
  engine: Engine,
  command: StartedCommand,
  signal: EndSignal,
  ended: Promise<number>,
  known: string[] = [],
): Promise<number> {
  // It may fail when nobody awaits it.
  ended.catch(() => {})
  const given = command.tty ? 'SIGHUP' : signal
  const told = await signalCommand(engine, command, given.slice('SIG'.length), known)
  const code = await Promise.race([ended, pause(GRACE, undefined, { ref: false })])
  if (code === undefined) await killCommand(engine, command, told)
  else await endRest(engine, command, told)
  // What cannot be killed, or not be reached, is waited for no longer.
  const last = code ?? (await Promise.race([ended, pause(REST_GRACE, exitCodeOf(signal), { ref: false })]))
  return [exitCodeOf(given), exitCodeOf('SIGKILL')].includes(last) ? exitCodeOf(signal) : last
}

/** Ends what is left of a command that nobody waits for any more. Errors: `engine-…`. */
export async function endLeftCommand(engine: Engine, command: StartedCommand): Promise<void> {
  await endRest(engine, command, await signalCommand(engine, command, command.tty ? 'HUP' : 'TERM'))
}

/** Gives signalled processes a moment to end, and kills the rest. */
async function endRest(engine: Engine, command: StartedCommand, told: string[]): Promise<void> {
  let left = told
  for (const until = performance.now() + REST_GRACE; left.length > 0; await pause(LOOK_AGAIN)) {
    left = await signalCommand(engine, command, '0', left)
    if (left.length > 0 && performance.now() > until) return killCommand(engine, command, left)
  }
}

/**
 * Gives a signal (a name without SIG, or 0 for none) to a command and what it started, and to processes that are `known`
 * to be of it. Returns the ids that they have inside. In a container without a shell the processes are only reached
 * where this computer's own are the engine's, and may be signalled. Errors: `engine-…`.
 */
async function signalCommand(
  engine: Engine,
  { container, id, user, tty, words = [], mayGoOn }: StartedCommand,
  signal: string,
  known: string[] = [],
): Promise<string[]> {
  const mark = `${COMMAND_VARIABLE}=${id}`
  const args = [tty ? 'session' : 'all', signal, mark, words.join('').replaceAll('\n', ''), ...known]
  const asUser = await runScript(engine, container, user, SIGNAL_COMMAND, args)
  if (asUser.code === UNREACHABLE.code) mayGoOn?.()
  if (NOT_STARTED.includes(asUser.code)) return engine.local ? signalOnHost(mark, signal) : []
  const [members = [], denied = []] = idsOf(asUser.output)
  // What runs as another user can be seen, and be signalled by root only.
  if (denied.length > 0) await runScript(engine, container, '0', SIGNAL_THESE, [signal, ...denied])
  if (members.length > 0 || user === undefined) return members
  // Whose command is one to become root ("sudo …") may not look at it.
  const [found = []] = idsOf((await runScript(engine, container, '0', SIGNAL_COMMAND, args)).output)
  return found
}

/** The answer where there is no shell to ask. */
const NO_SHELL = { code: 127, output: '' }

/** The answer of a container that runs and takes no command. */
const UNREACHABLE = { code: -1, output: '' }

const idsOf = (output: string): string[][] =>
  output.split('\n').map((line) => line.split(' ').filter((word) => word !== ''))

async function runScript(
  engine: Engine,
  container: string,
  user: string | undefined,
  script: string,
  args: string[],
): Promise<{ code: number; output: string }> {
  try {
    const command = ['/bin/sh', '-c', script, 'sh', ...args]
    const own = `${COMMAND_VARIABLE}=${randomBytes(16).toString('hex')}`
    const session = await startExec(engine, container, {
      command,
      user,
      env: [own],
      tty: false,
      stdin: false,
    })
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    demux(engine, session.socket, stdout, stderr)
    const full = new AbortController()
    const output = Promise.all(
      [stdout, stderr].map((stream) =>
        boundedText(stream, () => {
          full.abort()
          session.socket.destroy()
        }),
      ),
    )
    await outputEnd(engine, session)
    for (const stream of [stdout, stderr]) stream.end()
    const [printed = ''] = await output
    if (!full.signal.aborted) return { code: await session.exitCode(), output: printed }
    // What goes by the name of a shell and answers so is none.
    if (engine.local) await signalOnHost(own, 'KILL')
    return NO_SHELL
  } catch (error) {
    if (!isProductError(error, 'engine-refused')) throw error
    if ([404, 409].includes(statusOf(error.cause) ?? 0)) {
      const state = (await inspectContainer(engine, container))?.State
      // Nothing runs any more in a container that has ended or is gone.
      return state?.Running || state?.Paused ? UNREACHABLE : { code: 0, output: '' }
    }
    if (/\/bin\/sh/.test(error.why)) return NO_SHELL
    throw error
  }
}
