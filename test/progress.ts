/** In milliseconds: a line that often at most, so that a log stays short. */
const OFTEN = 5_000

/** Prints to standard error how far a long command has come, and how much longer it takes at this pace. */
export class Progress {
  private readonly what: string
  private readonly write: (line: string) => void
  private readonly now: () => number
  private readonly began: number
  private last: number | undefined

  /** `what` begins each line. */
  constructor(
    what: string,
    write = (line: string): unknown => process.stderr.write(line),
    now = () => performance.now(),
  ) {
    this.what = what
    this.write = write
    this.now = now
    this.began = now()
  }

  /** `done` of `total` units are done, which `unit` names in the plural. */
  at(done: number, total: number, unit: string): void {
    const now = this.now()
    if (this.last !== undefined && now - this.last < OFTEN) return
    this.last = now
    const spent = now - this.began
    // Of what has hardly begun, nothing is known.
    const known = done > 0 && spent >= OFTEN
    const left = known ? `, about ${durationOf((spent / done) * (total - done))} left` : ''
    this.write(`${this.what}: ${done} of ${total} ${unit}${left}\n`)
  }
}

/** Milliseconds in words: `40 s`, `3 min`, `1 h 5 min`. */
export function durationOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
