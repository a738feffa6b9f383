/** Wakes a waiting task. A notification without a waiting task wakes the next one that waits. */
export class Notifier {
  private pending = false
  private wake = () => {}

  notify(): void {
    this.pending = true
    this.wake()
  }

  /** Waits for a ring, for so many milliseconds at most, or until `signal` aborts. */
  async wait(signal: AbortSignal, timeout?: number): Promise<void> {
    if (!this.pending && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          this.wake = () => {}
          resolve()
        }
        const timer = timeout === undefined ? undefined : setTimeout(done, timeout)
        this.wake = done
        signal.addEventListener('abort', done)
      })
    }
    this.pending = false
  }
}
