import { productError } from '../../shared/errors.ts'
import type { LogLines } from '../../shared/log.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectContainer, followLogs as openLog } from '../docker/containers.ts'
import { logFrames } from '../docker/streams/log-frames.ts'
import { LineReader } from './log-lines.ts'

/** Lines, and characters, that are handed on at once. */
const LINES = 1_000
const CHARACTERS = 256 * 1024

/** What of a log is read. */
export interface ReadOptions {
  follow: boolean
  /** The last so many lines; all when undefined. */
  tail: number | undefined
  /** Whether lines are text and nothing else; else what colours them stays. */
  plain: boolean
}

/**
 * The lines that a container printed, and with `follow` those to come, in batches, as fast as they are taken: meanwhile the
 * engine waits. Ends with the container, or when `signal` aborts. Errors: those of the engine.
 */
export async function* readLines(
  engine: Engine,
  { id, service }: Pick<EnvironmentContainer, 'id' | 'service'>,
  { follow, tail, plain }: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLines> {
  const tty = (await inspectContainer(engine, id))?.Config.Tty ?? false
  const options = { follow, timestamps: true, ...(tail !== undefined && { tail }) }
  const source = (await openLog(engine, id, options)) as NodeJS.ReadableStream & { destroy(): void }
  const end = () => source.destroy()
  signal.addEventListener('abort', end, { once: true })
  // It may have been aborted while the engine was asked.
  if (signal.aborted) end()
  const reader = new LineReader(service, { plain })
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

/** Lines in parts of a size that can be sent at once. */
export function* batches(lines: LogLines): Generator<LogLines> {
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
