import { call } from './call.ts'
import type { Engine } from './connect.ts'
import { LABEL } from './labels.ts'

const ACTIONS = ['create', 'start', 'die', 'destroy', 'health_status', 'pause', 'unpause', 'rename']

/**
 * Calls `changed` whenever a container of Pristine's changed, with its project's key, until `signal` aborts or the engine
 * ends the stream. Events wake; only a list tells how things are: the engine forgets events when it restarts.
 * Errors: `engine-refused`, `engine-unreachable`.
 */
export async function containerEvents(
  engine: Engine,
  changed: (key: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const filters = JSON.stringify({ type: ['container'], label: [LABEL.project], event: ACTIONS })
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
      for (const line of lines) changed(projectOf(line))
    }
  } catch {
    // A stream that broke has ended.
  } finally {
    signal.removeEventListener('abort', end)
    source.destroy()
  }
}

function projectOf(line: string): string {
  try {
    const event = JSON.parse(line) as { Actor?: { Attributes?: Record<string, string> } }
    return event.Actor?.Attributes?.[LABEL.project] ?? ''
  } catch {
    return ''
  }
}
