import { productError } from '../../shared/errors.ts'

/** In milliseconds: how long looking at files may keep everything else waiting. */
const LONGEST = 10

/**
 * Lets everything else go on during long work that never waits: small files are read at once, because by the thread pool
 * each takes five times as long.
 */
export class YieldToEventLoop {
  private since = performance.now()
  private turn: Promise<void> | undefined
  private readonly signal: AbortSignal | undefined

  constructor(signal?: AbortSignal) {
    this.signal = signal
  }

  /** Whether others have waited long enough. */
  get due(): boolean {
    return performance.now() - this.since >= LONGEST
  }

  /** Waits until all others had their turn, if it is due. Error: `cancelled`. */
  async take(): Promise<void> {
    while (this.due) {
      if (this.signal?.aborted) throw productError('cancelled', {})
      this.turn ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.since = performance.now()
        this.turn = undefined
      })
      await this.turn
    }
  }
}
