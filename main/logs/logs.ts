import type { Writable } from 'node:stream'
import { isProductError, productError } from '../../shared/errors.ts'
import type { LogLines } from '../../shared/log.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { followLogs, inspectContainer } from '../docker/containers.ts'
import { demux } from '../docker/streams/demux.ts'
import { readCurrentState } from '../environment/current-state.ts'
import { findServices, type ServiceName } from '../environment/find-service.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { mergeByTime } from './merge-by-time.ts'
import { readLines } from './read-lines.ts'

export interface LogOptions {
  follow: boolean
  /** The last so many lines, of each service; all when undefined. */
  tail: number | undefined
  timestamps: boolean
  /** All services where none is named. */
  service?: ServiceName
}

/** Where logs go: of one container as they are, of several services line by line. */
export interface LogOutput {
  stdout: Writable
  stderr: Writable
  /** `services`: the names of all whose lines come. What is returned is waited for. */
  lines(lines: LogLines, services: readonly string[]): Promise<unknown> | undefined
}

/**
 * Writes what a project's environment printed, and with `follow` what it prints until it ends or `signal` cancels. Lines of
 * several services come in the order of their times.
 * Errors: `environment-not-running` when there is no environment; `service-unknown`, `service-missing`.
 */
export async function logs(
  host: Host,
  project: Project,
  options: LogOptions,
  to: LogOutput,
  signal: AbortSignal,
): Promise<void> {
  const { engine, facts } = await readCurrentState(host, project)
  const containers = await findServices(host.home, project, facts, options.service)
  const [first, ...more] = containers
  if (first && more.length === 0) return copyLog(engine, first.id, options, to, signal)
  const services = containers.map(({ service }) => service)
  const { follow, tail } = options
  const end = new AbortController()
  const until = AbortSignal.any([signal, end.signal])
  try {
    const all = containers.map((one) => readLines(engine, one, { follow, tail, plain: false }, until))
    for await (const lines of mergeByTime(all)) await to.lines(lines, services)
  } finally {
    end.abort()
  }
}

async function copyLog(
  engine: Engine,
  id: string,
  { follow, tail, timestamps }: LogOptions,
  to: LogOutput,
  signal: AbortSignal,
): Promise<void> {
  const details = await inspectContainer(engine, id)
  const stream = await followLogs(engine, id, { follow, timestamps, ...(tail !== undefined && { tail }) })
  const cancel = () => (stream as NodeJS.ReadableStream & { destroy(): void }).destroy()
  signal.addEventListener('abort', cancel, { once: true })
  if (details?.Config.Tty) stream.pipe(to.stdout, { end: false })
  else demux(engine, stream, to.stdout, to.stderr, signal)
  try {
    await new Promise<void>((resolve, reject) => {
      stream.on('end', resolve)
      stream.on('close', resolve)
      stream.on('error', (error) => (signal.aborted ? resolve() : reject(error)))
    })
  } catch (error) {
    if (isProductError(error)) throw error
    throw productError('engine-unreachable', { problem: 'the log broke off' }, { cause: error })
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
