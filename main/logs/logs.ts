import type { Writable } from 'node:stream'
import { isProductError, productError } from '../../shared/errors.ts'
import { followLogs, inspectContainer } from '../docker/containers.ts'
import { demux } from '../docker/streams/demux.ts'
import { readCurrentState } from '../environment/current-state.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

export interface LogOptions {
  follow: boolean
  /** The last so many lines; all when undefined. */
  tail: number | undefined
  timestamps: boolean
}

/**
 * Writes what a project's environment printed, and with `follow` what it prints until it ends or `signal` cancels.
 * Errors: `environment-not-running` when there is no environment.
 */
export async function logs(
  host: Host,
  project: Project,
  options: LogOptions,
  to: { stdout: Writable; stderr: Writable },
  signal: AbortSignal,
): Promise<void> {
  const { engine, facts } = await readCurrentState(host, project)
  const [container] = facts.containers
  if (!container) throw productError('environment-not-running', { name: project.name })
  const details = await inspectContainer(engine, container.id)
  const { follow, tail, timestamps } = options
  const stream = await followLogs(engine, container.id, {
    follow,
    timestamps,
    ...(tail !== undefined && { tail }),
  })
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
