import type { LogBuffer } from './log-buffer.ts'

/** In milliseconds: a search works so long at a time, and then lets the page do something else. */
const SLICE = 8

/** The lines of a buffer that hold a text. It goes on with lines that come, and forgets those that were let go. */
export class LogSearch {
  readonly wanted: string
  private readonly buffer: LogBuffer
  private found: number[] = []
  private next: number

  constructor(buffer: LogBuffer, wanted: string) {
    this.buffer = buffer
    this.wanted = wanted
    this.next = buffer.first
  }

  /** Lines that were found and are still kept. */
  get count(): number {
    return this.found.length - this.firstKept()
  }

  get done(): boolean {
    return this.next >= this.buffer.end
  }

  /** Searches for a moment. */
  work(): void {
    const until = performance.now() + SLICE
    while (!this.done && performance.now() < until) {
      const { found, next } = this.buffer.find(this.wanted, this.next)
      for (const number of found) this.found.push(number)
      this.next = next
    }
  }

  /** Which of the found lines a line is, from 0; -1 if it is none. */
  indexOf(number: number): number {
    const at = this.placeOf(number)
    return this.found[at] === number ? at - this.firstKept() : -1
  }

  /** The found line after or before a line; around at the ends. Undefined when there is none. */
  step(from: number, direction: 1 | -1): number | undefined {
    const first = this.firstKept()
    if (this.found.length === first) return undefined
    const at = this.placeOf(from)
    const wanted = direction === 1 ? (this.found[at] === from ? at + 1 : at) : at - 1
    if (wanted >= this.found.length) return this.found[first]
    return wanted < first ? this.found.at(-1) : this.found[wanted]
  }

  /** The place of the first found line that is not before `number`. */
  private placeOf(number: number): number {
    let [low, high] = [0, this.found.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.found[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low
  }

  private firstKept(): number {
    return this.placeOf(this.buffer.first)
  }
}
