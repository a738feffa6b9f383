import { Notifier } from '../host/notifier.ts'

/** An answer, and the time until the next request in milliseconds. */
export interface Polled<T> {
  value: T
  wait: number
}

/** Asks repeatedly while there are watchers, once for all of them. */
export class SharedPoll<T> {
  private readonly ask: (signal: AbortSignal) => Promise<Polled<T>>
  private readonly notifiers = new Set<Notifier>()
  private readonly retry = new Notifier()
  private latest: T | undefined
  private polling: AbortController | undefined

  constructor(ask: (signal: AbortSignal) => Promise<Polled<T>>) {
    this.ask = ask
  }

  /** Yields the latest answer, and then each answer that differs from the one before. */
  async *watch(signal: AbortSignal): AsyncGenerator<T> {
    const notifier = new Notifier()
    this.notifiers.add(notifier)
    this.begin()
    try {
      let emitted: string | undefined
      while (!signal.aborted) {
        const text = JSON.stringify(this.latest)
        if (this.latest !== undefined && text !== emitted) {
          emitted = text
          yield this.latest
        } else await notifier.wait(signal)
      }
    } finally {
      this.notifiers.delete(notifier)
      if (this.notifiers.size === 0) this.end()
    }
  }

  /** Asks at once. */
  poll(): void {
    this.retry.notify()
  }

  private begin(): void {
    if (this.polling) return
    this.polling = new AbortController()
    void this.run(this.polling.signal)
  }

  private end(): void {
    this.polling?.abort()
    this.polling = undefined
    this.latest = undefined
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { value, wait } = await this.ask(signal)
      if (signal.aborted) return
      this.latest = value
      for (const notifier of this.notifiers) notifier.notify()
      await this.retry.wait(signal, wait)
    }
  }
}
