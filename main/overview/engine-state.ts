import type { EngineState } from '../../shared/engine-state.ts'
import { reportOf } from '../../shared/errors.ts'
import { engineVersion } from '../docker/connection/engine-version.ts'
import type { Host } from '../host/host.ts'
import { Notifier } from '../host/notifier.ts'

/** In milliseconds: how often an engine is looked for, and how often one that answered is asked again. */
const POLL_INTERVAL = 2_000
const PROBE_INTERVAL = 5_000

/** Knows whether an engine answers, for as many as want to know. It polls only while there are watchers. */
export class EngineWatch {
  private readonly host: Host
  private readonly notifiers = new Set<Notifier>()
  private readonly retry = new Notifier()
  private state: EngineState | undefined
  private probing: AbortController | undefined

  constructor(host: Host) {
    this.host = host
  }

  /** The state, and each time that it changes. */
  async *watch(signal: AbortSignal): AsyncGenerator<EngineState> {
    const notifier = new Notifier()
    this.notifiers.add(notifier)
    this.begin()
    try {
      let emitted: string | undefined
      while (!signal.aborted) {
        const text = JSON.stringify(this.state)
        if (this.state && text !== emitted) {
          emitted = text
          yield this.state
        } else await notifier.wait(signal)
      }
    } finally {
      this.notifiers.delete(notifier)
      if (this.notifiers.size === 0) this.end()
    }
  }

  /** Asks at once: another engine was chosen, or a call failed. */
  poll(): void {
    this.retry.notify()
  }

  private begin(): void {
    if (this.probing) return
    this.probing = new AbortController()
    void this.probe(this.probing.signal)
  }

  private end(): void {
    this.probing?.abort()
    this.probing = undefined
    this.state = undefined
  }

  private async probe(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const state = await this.now()
      if (signal.aborted) return
      this.state = state
      for (const notifier of this.notifiers) notifier.notify()
      await this.retry.wait(signal, state.kind === 'ready' ? PROBE_INTERVAL : POLL_INTERVAL)
    }
  }

  private async now(): Promise<EngineState> {
    try {
      const engine = await this.host.engine()
      const { name, version } = await engineVersion(engine)
      return { kind: 'ready', name, version, address: engine.address, local: engine.local }
    } catch (error) {
      // It may come back at another address.
      this.host.disconnect()
      return { kind: 'down', error: reportOf(error) }
    }
  }
}
