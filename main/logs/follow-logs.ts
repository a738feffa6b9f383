import { productError } from '../../shared/errors.ts'
import type { LogLines } from '../../shared/log.ts'
import { inspectContainer, followLogs as openLog } from '../docker/containers.ts'
import { logFrames } from '../docker/streams/log-frames.ts'
import { readCurrentState } from '../environment/current-state.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { LineReader } from './log-lines.ts'

/** Lines, and characters, that are sent at once. */
const LINES = 1_000
const CHARACTERS = 256 * 1024

/**
 * The last `tail` lines that a project's environment printed, and those to come, in batches, as fast as they are taken:
 * meanwhile the engine waits. Ends with the container, or when `signal` aborts.
 * Errors: `environment-not-running` when there is no environment; those of the engine.
 */
export async function* followLogs(
  host: Host,
  project: Project,
  tail: number,
  signal: AbortSignal,
): AsyncGenerator<LogLines> {
  const { engine, facts } = await readCurrentState(host, project)
  const [container] = facts.containers
  if (!container) throw productError('environment-not-running', { name: project.name })
  const tty = (await inspectContainer(engine, container.id))?.Config.Tty ?? false
  const stream = await openLog(engine, container.id, { follow: true, timestamps: true, tail })
  const source = stream as NodeJS.ReadableStream & { destroy(): void }
  const end = () => source.destroy()
  signal.addEventListener('abort', end, { once: true })
  // It may have been aborted while the engine was asked.
  if (signal.aborted) end()
  const reader = new LineReader(container.service)
  try {
    for await (const frames of logFrames(source, tty)) {
      yield* batches(frames.flatMap((frame) => reader.read(frame)))
    }
    yield* batches(reader.rest())
  } catch (error) {
    if (signal.aborted) return
    throw productError('engine-unreachable', { problem: 'the log broke off' }, { cause: error })
  } finally {
    signal.removeEventListener('abort', end)
    source.destroy()
  }
}

function* batches(lines: LogLines): Generator<LogLines> {
  let batch: LogLines = []
  let characters = 0
  for (const line of lines) {
    batch.push(line)
    characters += line.text.length
    if (batch.length < LINES && characters < CHARACTERS) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}
