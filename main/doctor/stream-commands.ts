import type { EngineCommandEvent } from '../../shared/engine-state.ts'
import type { Run } from '../../shared/operation.ts'
import { Notifier } from '../host/notifier.ts'

/**
 * Does work that runs commands for an engine, and streams what they print. Ending the stream ends the work before its next
 * command. Errors: those of the work.
 */
export async function* streamCommands(
  signal: AbortSignal,
  work: (run: Run) => Promise<void>,
): AsyncGenerator<EngineCommandEvent> {
  const events: EngineCommandEvent[] = []
  const notifier = new Notifier()
  const left = new AbortController()
  let ended = false
  const run: Run = {
    signal: AbortSignal.any([signal, left.signal]),
    report: (event) => {
      if (event.kind === 'step' && event.state === 'running') {
        events.push({ kind: 'command', command: event.name })
      } else if (event.kind === 'log') events.push({ kind: 'line', text: event.text })
      notifier.notify()
    },
  }
  const done = work(run).finally(() => {
    ended = true
    notifier.notify()
  })
  // It is awaited below, or not at all once the stream was left.
  done.catch(() => {})
  try {
    while (!ended || events.length > 0) {
      const event = events.shift()
      if (event) yield event
      else await notifier.wait(signal)
      if (signal.aborted) return
    }
    await done
  } finally {
    left.abort()
  }
}
