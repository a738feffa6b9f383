import { setTimeout as sleep } from 'node:timers/promises'
import type { LogLines } from '../../shared/log.ts'

type Line = LogLines[number]

/** In milliseconds: a log that has handed on nothing for so long has no older lines, and is not waited for any more. */
const PATIENCE = 250

/** A log that is merged with others. */
interface Source {
  iterator: AsyncIterator<LogLines>
  /** What was read of it and not handed on. */
  lines: Line[]
  /** Settles when more was read, or nothing is left. */
  reading: Promise<void> | undefined
  ended: boolean
  error?: unknown
  /** Whether it is followed at its end. */
  live: boolean
}

/**
 * Several logs as one, in the order of their times: of what was printed already wholly, and then as it comes. Each is read
 * as fast as the result is taken. The caller ends the logs: one that is left waits for its next line.
 * Errors: those of the logs.
 */
export async function* mergeByTime(
  logs: readonly AsyncIterable<LogLines>[],
  patience = PATIENCE,
): AsyncGenerator<LogLines> {
  const sources = logs.map(
    (log): Source => ({
      iterator: log[Symbol.asyncIterator](),
      ...{ lines: [], reading: undefined, ended: false, live: false },
    }),
  )
  for (;;) {
    for (const source of sources) {
      if (source.error !== undefined) throw source.error
      if (source.lines.length === 0 && !source.ended) source.reading ??= read(source)
    }
    const reading = sources.flatMap((source) => source.reading ?? [])
    const ready = sources.filter(({ lines }) => lines.length > 0)
    const awaited = sources.filter((source) => source.reading && !source.live)
    if (ready.length === 0) {
      if (reading.length === 0) return
      await Promise.race(reading)
    } else if (awaited.length > 0) {
      const late = await isLate(
        awaited.flatMap((source) => source.reading ?? []),
        patience,
      )
      if (late) for (const source of awaited) source.live = true
    } else {
      yield takeOldest(ready)
    }
  }
}

async function read(source: Source): Promise<void> {
  try {
    const { done, value } = await source.iterator.next()
    if (done) source.ended = true
    else source.lines = [...value]
  } catch (error) {
    source.error = error
  }
  source.reading = undefined
}

/** Whether none of some is settled in time. */
async function isLate(reading: Promise<void>[], patience: number): Promise<boolean> {
  const timer = new AbortController()
  const over = sleep(patience, true, { signal: timer.signal }).catch(() => false)
  try {
    return await Promise.race([over, ...reading.map((one) => one.then(() => false))])
  } finally {
    timer.abort()
  }
}

/** The oldest lines of all, up to where one of the logs has to be read on. */
function takeOldest(ready: readonly Source[]): Line[] {
  const queues = ready.map(({ lines }) => ({ lines, at: 0 }))
  const taken: Line[] = []
  for (;;) {
    let oldest = queues[0]
    for (const queue of queues) if (timeOf(queue) < timeOf(oldest)) oldest = queue
    const line = oldest?.lines[oldest.at++]
    if (line) taken.push(line)
    if (!oldest || oldest.at >= oldest.lines.length) break
  }
  for (const [at, source] of ready.entries()) source.lines = source.lines.slice(queues[at]?.at)
  return taken
}

/** One without a time is handed on at once. */
const timeOf = (queue: { lines: Line[]; at: number } | undefined): string => queue?.lines[queue.at]?.at ?? ''
