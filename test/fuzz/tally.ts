import type { Outcome } from './worker.ts'

/** Counts what came of the cases. */
export class Tally {
  failed = 0
  private cases = 0
  private readonly codes = new Map<string, number>()
  private slowest = { milliseconds: 0, index: 0 }
  private readonly began = performance.now()

  add({ index, answer, failure }: Outcome): void {
    this.cases++
    if (failure) this.failed++
    if (!answer) return
    const { code, milliseconds } = answer
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
    if (milliseconds > this.slowest.milliseconds) this.slowest = { milliseconds, index }
  }

  text(): string {
    const seconds = Math.round((performance.now() - this.began) / 1000)
    const codes = [...this.codes].sort(([, a], [, b]) => b - a).map(([code, count]) => `${count} ${code}`)
    const { milliseconds, index } = this.slowest
    return (
      `${this.cases} cases tried in ${seconds} s, ${this.failed} failed: ${codes.join(', ')}; ` +
      `the slowest planning took ${Math.round(milliseconds)} ms (case ${index})`
    )
  }
}
