import type { InstallEvent } from '../../shared/engine-state.ts'
import type { Run } from '../../shared/operation.ts'
import type { Host } from '../host/host.ts'
import { Notifier } from '../host/notifier.ts'
import { installEngine } from './install-engine.ts'
import { readSystem } from './system.ts'

/**
 * Installs an engine and streams what its commands print. Ending the stream ends the installation before its next
 * command. Errors: as `installEngine`.
 */
export async function* streamInstall(
  host: Host,
  signal: AbortSignal,
  system = readSystem(host.env),
): AsyncGenerator<InstallEvent> {
  const events: InstallEvent[] = []
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
  const done = installEngine(host, false, run, system).finally(() => {
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
