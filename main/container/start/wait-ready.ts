import { setTimeout as sleep } from 'node:timers/promises'
import type { HealthCheck } from '../../../shared/definition.ts'
import { isProductError, type ProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { type ContainerDetails, inspectContainer, lastLogLines } from '../../docker/containers.ts'
import type { CommandLease } from '../../docker/exec/end-command.ts'
import { exec, execOutput } from '../../docker/exec/exec.ts'
import { ENGINE_DEFAULTS } from '../launch/health-request.ts'
import { FailedChecks, type HealthLimits } from './failed-checks.ts'

const FIRST_PAUSE = 25
const LONGEST_PAUSE = 1_000
/** A program without a health check counts as running when it has lived this long. */
const SETTLED = 500
/** In milliseconds: a program that is awaited was started less than this ago. */
const LONGEST_START = 60_000
/** At most this many characters of a health check's output are reported. */
const LONGEST_OUTPUT = 500

/** A container whose readiness is awaited. */
interface AwaitedContainer {
  id: string
  service: string
  ownProgram: boolean
  /** The definition's own check, whose limits count instead of the calmer ones that the engine was given. */
  health: HealthCheck | undefined
}

/**
 * Waits until a container is ready: its health check passed, or, without one, its program still runs after a moment.
 * The check runs at once instead of at the engine's interval; the engine continues with it later. `lease`: of its commands, in
 * a container that goes on if this process does not.
 * Errors: `not-ready`, `container-exited`, `removed-meanwhile`, `cancelled`.
 */
export async function waitReady(
  engine: Engine,
  container: AwaitedContainer,
  run: Run,
  lease: Partial<CommandLease> = {},
): Promise<void> {
  const details = await inspectOrFail(engine, container.id, container.service)
  const test = healthCommand(details)
  if (!test) {
    const left = SETTLED - livedOf(engine, details)
    if (container.ownProgram && left > 0) await pause(left, run)
    else if (details.State.Running) return
    await assertRunning(engine, container, run)
    return
  }
  const step = {
    kind: 'step',
    id: `health ${container.id}`,
    name: 'Health check',
    phase: 'health',
    subject: container.service,
  } as const
  run.report({ ...step, state: 'running' })
  const timeout = (details.Config.Healthcheck?.Timeout || ENGINE_DEFAULTS.timeout) / 1e6
  const start = performance.now()
  const failures = new FailedChecks(limitsOf(container, details), start)
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    const began = performance.now()
    const problem = await check(engine, container.id, test, timeout, run, lease).catch(
      async (error: unknown) => {
        // A command cannot start in a container that has ended; report that instead.
        if (!run.signal.aborted) await assertRunning(engine, container, run)
        throw error
      },
    )
    if (problem === undefined) break
    await assertRunning(engine, container, run)
    const ended = performance.now()
    if (failures.add(began, ended)) {
      run.report({ ...step, state: 'failed' })
      throw productError('not-ready', {
        seconds: Math.round((ended - start) / 1000),
        check: `the health check "${shownText(test.join(' '), run)}" ${problem}`,
        output: await lastLogLines(engine, container.id, run),
      })
    }
    await pause(failures.next(began, ended, wait) - ended, run)
  }
  run.report({ ...step, state: 'done' })
}

/**
 * In milliseconds: how long a program that was just started has lived for certain. An engine in a virtual machine or on
 * another computer has a clock of its own; and what seems to have been started long ago was not.
 */
function livedOf(engine: Engine, { State }: ContainerDetails): number {
  if (!engine.local || process.platform !== 'linux') return 0
  const lived = Date.now() - Date.parse(State.StartedAt)
  return lived >= 0 && lived < LONGEST_START ? lived : 0
}

/** A text of ours that may hold what a program's output must not show. */
function shownText(text: string, run: Pick<Run, 'filter'>): string {
  const filter = run.filter?.()
  return filter ? filter.push(text) + filter.end() : text
}

function limitsOf({ health }: AwaitedContainer, { Config: { Healthcheck } }: ContainerDetails): HealthLimits {
  if (health) return { startPeriod: 0, interval: health.interval, retries: health.retries }
  return {
    startPeriod: (Healthcheck?.StartPeriod ?? 0) / 1e6,
    interval: (Healthcheck?.Interval || ENGINE_DEFAULTS.interval) / 1e6,
    retries: Healthcheck?.Retries || ENGINE_DEFAULTS.retries,
  }
}

/** Runs a health check once, for at most `timeout` milliseconds. Undefined when it passed, else what was wrong. */
async function check(
  engine: Engine,
  id: string,
  test: string[],
  timeout: number,
  run: Run,
  lease: Partial<CommandLease>,
): Promise<string | undefined> {
  let output = ''
  const late = AbortSignal.timeout(timeout)
  try {
    const signal = AbortSignal.any([run.signal, late])
    const keep = (text: string) => {
      if (output.length < LONGEST_OUTPUT) output += text.slice(0, LONGEST_OUTPUT)
    }
    const code = await exec(engine, id, { command: test, filter: run.filter, ...lease }, keep, signal)
    if (code === 0) return undefined
    const printed = output.trim().split('\n')[0]?.slice(0, LONGEST_OUTPUT)
    return `ended with ${code}${printed ? ` ("${printed}")` : ''}`
  } catch (error) {
    if (late.aborted && !run.signal.aborted) return `did not end within ${timeout / 1000} s`
    throw error
  }
}

/**
 * Waits until a container has ended with 0, however long that takes. Errors: `container-exited` for any other end,
 * `removed-meanwhile`, `cancelled`.
 */
export async function waitEnded(
  engine: Engine,
  container: { id: string; service: string },
  run: Run,
): Promise<void> {
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    const { State } = await inspectOrFail(engine, container.id, container.service)
    if (!State.Running && State.ExitCode === 0) return
    if (!State.Running) await assertRunning(engine, container, run)
    await pause(wait, run)
  }
}

/** The health check as a command to execute; undefined when there is none. */
function healthCommand(details: ContainerDetails): string[] | undefined {
  const [form, ...rest] = details.Config.Healthcheck?.Test ?? []
  if (form === 'CMD') return rest
  if (form === 'CMD-SHELL') return [...(shellOf(details) ?? ['/bin/sh', '-c']), rest.join(' ')]
  return undefined
}

/** The image's `SHELL`, which the engine uses for a health check too. */
const shellOf = (details: ContainerDetails): string[] | undefined =>
  (details.Config as { Shell?: string[] | null }).Shell ?? undefined

async function inspectOrFail(engine: Engine, id: string, service: string): Promise<ContainerDetails> {
  const details = await inspectContainer(engine, id)
  // One that is removed is killed first.
  if (details && details.State.Status !== 'removing') return details
  throw productError('removed-meanwhile', { problem: `The container of ${service} is gone` })
}

/** The exit code of what SIGKILL ends. */
export const KILLED = 137

/**
 * Fails when the program of a container has ended. Errors: `container-exited` with the last lines that it printed;
 * `removed-meanwhile` when it is gone.
 */
export async function assertRunning(
  engine: Engine,
  container: { id: string; service: string },
  run: Pick<Run, 'filter'> = {},
): Promise<void> {
  const details = await inspectOrFail(engine, container.id, container.service)
  if (!details.State.Running) throw await exitedError(engine, container, details, run)
}

/** The error for a container whose program has ended. Errors: `removed-meanwhile` when it is gone. */
export async function containerExited(
  engine: Engine,
  container: { id: string; service: string },
  run: Pick<Run, 'filter'> = {},
): Promise<ProductError> {
  return exitedError(engine, container, await inspectOrFail(engine, container.id, container.service), run)
}

async function exitedError(
  engine: Engine,
  container: { id: string; service: string },
  { State, HostConfig }: ContainerDetails,
  run: Pick<Run, 'filter'>,
): Promise<ProductError> {
  // The engine misses it when the program ends before the kernel's word has come.
  const mayBeMemory = State.ExitCode === KILLED && (HostConfig.Memory ?? 0) > 0
  return productError('container-exited', {
    service: container.service,
    code: State.ExitCode,
    reason: State.OOMKilled
      ? ' (it was killed for using too much memory)'
      : mayBeMemory
        ? ' (it was killed, most likely for using too much memory)'
        : '',
    memory: State.OOMKilled || mayBeMemory,
    output: await lastLogLines(engine, container.id, run),
  })
}

/** In milliseconds: what an engine may need to learn that a container has ended in which no command starts any more. */
const LEARNS = 2_000

/**
 * Fails when a hook has ended its own container. An engine learns of that a moment after the hook's own end; that no
 * command can be started any more shows sooner.
 * Errors: `container-exited`, `cancelled`.
 */
export async function assertStillRunning(
  engine: Engine,
  container: { id: string; service: string },
  run: Run,
): Promise<void> {
  const until = performance.now() + ((await startsCommands(engine, container.id, run)) ? 0 : LEARNS)
  do {
    await assertRunning(engine, container, run)
    if (performance.now() < until) await pause(LONGEST_PAUSE / 10, run)
  } while (performance.now() < until)
}

async function startsCommands(engine: Engine, id: string, run: Run): Promise<boolean> {
  const spec = { command: ['/bin/sh', '-c', ':'] }
  try {
    const { code, stdout, stderr } = await execOutput(engine, id, spec, run.signal)
    return code === 0 || NO_SHELL.test(stdout + stderr)
  } catch (error) {
    if (run.signal.aborted) throw error
    return isProductError(error) && NO_SHELL.test(error.why)
  }
}

/** How engines report that an image has no shell; the container itself may be fine. */
const NO_SHELL = /\/bin\/sh.*(?:no such file|not found)/s

async function pause(milliseconds: number, run: Run): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: run.signal })
  } catch (error) {
    throw productError('cancelled', {}, { cause: error })
  }
}
