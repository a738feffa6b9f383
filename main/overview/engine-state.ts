import type { EngineState } from '../../shared/engine-state.ts'
import { reportOf } from '../../shared/errors.ts'
import { engineVersion } from '../docker/connection/engine-version.ts'
import type { Host } from '../host/host.ts'
import { Bell } from '../host/notifier.ts'

/** In milliseconds: how often an engine is looked for, and how often one that answered is asked again. */
const LOOK = 2_000
const ASK = 5_000

/** Knows whether an engine answers, for as many as want to know. It asks only while somebody does. */
export class EngineWatch {
  private readonly host: Host
  private readonly bells = new Set<Bell>()
  private readonly again = new Bell()
  private state: EngineState | undefined
  private asking: AbortController | undefined

  constructor(host: Host) {
    this.host = host
  }

  /** The state, and each time that it changes. */
  async *watch(signal: AbortSignal): AsyncGenerator<EngineState> {
    const bell = new Bell()
    this.bells.add(bell)
    this.begin()
    try {
      let told: string | undefined
      while (!signal.aborted) {
        const text = JSON.stringify(this.state)
        if (this.state && text !== told) {
          told = text
          yield this.state
        } else await bell.heard(signal)
      }
    } finally {
      this.bells.delete(bell)
      if (this.bells.size === 0) this.end()
    }
  }

  /** Asks at once: another engine was chosen, or a call failed. */
  look(): void {
    this.again.ring()
  }

  private begin(): void {
    if (this.asking) return
    this.asking = new AbortController()
    void this.ask(this.asking.signal)
  }

  private end(): void {
    this.asking?.abort()
    this.asking = undefined
    this.state = undefined
  }

  private async ask(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const state = await this.now()
      if (signal.aborted) return
      this.state = state
      for (const bell of this.bells) bell.ring()
      await this.again.heard(signal, state.kind === 'ready' ? ASK : LOOK)
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
