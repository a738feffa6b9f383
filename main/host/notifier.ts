/** Wakes one who waits. A ring that nobody waits for is heard by the next who does. */
export class Bell {
  private rung = false
  private wake = () => {}

  ring(): void {
    this.rung = true
    this.wake()
  }

  /** Waits for a ring, for so many milliseconds at most, or until `signal` aborts. */
  async heard(signal: AbortSignal, longest?: number): Promise<void> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          this.wake = () => {}
          resolve()
        }
        const timer = longest === undefined ? undefined : setTimeout(done, longest)
        this.wake = done
        signal.addEventListener('abort', done)
      })
    }
    this.rung = false
  }
}
