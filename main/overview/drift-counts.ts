/** After a count the engine is left alone for so many times as long as it took: it costs a twentieth of it at most. */
const REST_FACTOR = 19

/**
 * When drift is counted: one environment after the other, because it costs the engine more than anything else that is
 * looked at. The first count of an environment does not wait for the pauses between repeated counts.
 */
export class DriftCounts {
  private counting: Promise<void> = Promise.resolve()
  private resting: Promise<void> = Promise.resolve()

  /** Counts what was not counted yet. `count` must not fail. */
  countFirst(count: () => Promise<void>): Promise<void> {
    this.counting = this.counting.then(count)
    return this.counting
  }

  /** Counts again what may have changed, each in its turn. */
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
