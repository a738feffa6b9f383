import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'
import { LABEL } from './labels.ts'

/** Docker's names, and Podman's where they differ. */
const ACTIONS = [
  ...['create', 'start', 'die', 'died', 'destroy', 'remove'],
  ...['health_status', 'pause', 'unpause', 'rename'],
]

/**
 * Calls `changed` whenever a container of Pristine's changed, with its project's key, until `signal` aborts or the
 * engine ends the stream. Events only trigger a refresh; only a list shows the state: the engine forgets events when it
 * restarts.
 * Errors: `engine-refused`, `engine-unreachable`.
 */
export async function containerEvents(
  engine: Engine,
  onChange: (key: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // Not by label: Podman knows none without its value.
  const filters = JSON.stringify({ type: ['container'], event: ACTIONS })
  const stream = await call('listening to its events', () => engine.docker.getEvents({ filters }), { signal })
  const source = stream as NodeJS.ReadableStream & { destroy(): void }
  const end = () => source.destroy()
  signal.addEventListener('abort', end, { once: true })
  // It may have been aborted while the engine was asked.
  if (signal.aborted) end()
  let rest = ''
  try {
    source.setEncoding('utf8')
    for await (const chunk of source) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const key of lines.map(projectOf)) if (key !== undefined) onChange(key)
    }
  } catch {
    // A stream that broke has ended.
  } finally {
    signal.removeEventListener('abort', end)
    source.destroy()
  }
}

/** In seconds: an engine gives a program at most about this long to end after it was asked to. */
const GRACE = 60
/** In milliseconds: an engine whose clock is late would answer for as long as that. What it knows, it says at once. */
const LONGEST_ANSWER = 5_000

/**
 * Whether somebody had the engine stop a container, or send its program a signal, before it ended; undefined where the engine
 * does not remember that end. `startedAt`, `finishedAt`: when it began and ended, as the engine writes it.
 * Errors: `engine-refused`, `engine-unreachable`.
 */
export async function wasStopped(
  engine: Engine,
  container: string,
  { startedAt, finishedAt }: { startedAt: string | undefined; finishedAt: string },
): Promise<boolean | undefined> {
  const ended = Date.parse(finishedAt) / 1000
  const asked = ['kill', 'stop']
  const filters = JSON.stringify({ container: [container], event: [...asked, 'die', 'died'] })
  // Podman may report an end seconds later. The answer ends once this has passed.
  const until = Math.min(
    Math.max(Math.ceil(ended) + 1, Math.floor(Date.now() / 1000)),
    Math.ceil(ended) + GRACE,
  )
  const span = { since: Math.floor(ended) - GRACE, until }
  const events = await call('reading its events', async () =>
    firstLines(await engine.docker.getEvents({ filters, ...span })),
  )
  // What ended the run before is of no concern.
  const began = startedAt === undefined ? 0 : Date.parse(startedAt)
  const actions = events.split('\n').map((line) => actionSince(line, began))
  if (actions.some((action) => asked.includes(action ?? ''))) return true
  return actions.some((action) => action !== undefined) ? false : undefined
}

/** What a stream says until it ends, or within the time that an answer may take. */
async function firstLines(stream: NodeJS.ReadableStream): Promise<string> {
  const source = stream as NodeJS.ReadableStream & { destroy(): void }
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    source.destroy()
  }, LONGEST_ANSWER)
  let text = ''
  try {
    source.setEncoding('utf8')
    for await (const chunk of source) text += String(chunk)
  } catch (error) {
    if (!isLate) throw error
  } finally {
    clearTimeout(timer)
  }
  return text
}

/** What an event says, if it was not before a moment, in milliseconds since 1970. */
function actionSince(line: string, moment: number): string | undefined {
  try {
    const { Action, timeNano } = JSON.parse(line) as { Action?: string; timeNano?: number }
    return timeNano !== undefined && timeNano / 1e6 < moment ? undefined : Action
  } catch {
    return undefined
  }
}

/** Of a container that is not Pristine's, undefined. */
function projectOf(line: string): string | undefined {
  try {
    const event = JSON.parse(line) as { Actor?: { Attributes?: Record<string, string> } }
    return event.Actor?.Attributes?.[LABEL.project]
  } catch {
    return undefined
  }
}
