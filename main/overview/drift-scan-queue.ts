/**
 * After a count, the engine rests for this many times the duration of the count, so that counting takes at most a
 * twentieth of its time.
 */
const REST_FACTOR = 19

/**
 * Schedules the counting of drift: one environment after the other, because it costs the engine more than everything else
 * that is polled. The first count of an environment does not wait for the pauses between repeated counts.
 */
export class DriftScanQueue {
  private counting: Promise<void> = Promise.resolve()
  private resting: Promise<void> = Promise.resolve()

  /** Counts an environment for the first time. `count` must not fail. */
  countFirst(count: () => Promise<void>): Promise<void> {
    this.counting = this.counting.then(count)
    return this.counting
  }

  /** Counts again what may have changed, in turn. */
  recount(count: () => Promise<void>): void {
    this.resting = this.resting.then(async () => {
      let took = 0
      await this.countFirst(async () => {
        const began = performance.now()
        await count()
        took = performance.now() - began
      })
      await rest(took * REST_FACTOR)
    })
  }
}

const rest = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time).unref())
