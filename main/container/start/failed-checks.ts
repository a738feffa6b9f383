/** When a health check has failed for good, as an engine counts; all times in milliseconds. */
export interface HealthLimits {
  /** How long failures do not count at first. */
  startPeriod: number
  interval: number
  /** How many failures in a row are too many. */
  retries: number
}

/**
 * Counts the failures of a health check that runs more often than an engine's. An engine begins a check an interval after the
 * one before has ended, however long that took: only checks count that begin no sooner than its own would. All times are of
 * one clock that nobody sets.
 */
export class FailedChecks {
  private count = 0
  private due: number
  private readonly limits: HealthLimits

  /** `began`: when the program was started. */
  constructor(limits: HealthLimits, began: number) {
    this.limits = limits
    this.due = began + limits.startPeriod + limits.interval
  }

  /** Notes a check that failed. Returns whether it was one too many. */
  add(began: number, ended: number): boolean {
    if (began < this.due) return false
    this.count += 1
    this.due = ended + this.limits.interval
    return this.count >= this.limits.retries
  }

  /** When to begin the next check, `pause` after the last one or earlier: one that counts is not held up by one that does not. */
  next(began: number, ended: number, pause: number): number {
    const took = ended - began
    return this.due > ended && this.due - ended <= Math.max(pause, took) ? this.due : ended + pause
  }
}
