import type { TextFilter } from '../../../shared/operation.ts'

/** Characters after which a line that does not end is passed on as it is. */
const LONGEST = 64 * 1024

/**
 * Puts a stream's chunks together to whole lines, so that lines of two streams never tear each other apart; a line
 * longer than 64 Ki characters comes in pieces. `end` gives what was printed last without a line end. Takes time in
 * proportion to the output, however it is split.
 */
export class WholeLines {
  private rest = ''
  private readonly onText: (text: string) => void
  private readonly filter: TextFilter | undefined

  /** `filter` sees the stream before it is cut. */
  constructor(onText: (text: string) => void, filter?: TextFilter) {
    this.onText = onText
    this.filter = filter
  }

  push(chunk: string): void {
    this.add(this.filter?.push(chunk) ?? chunk)
  }

  end(): void {
    this.add(this.filter?.end() ?? '')
    this.flush()
  }

  private add(chunk: string): void {
    // What is kept has no line end: it is not searched again.
    const end = chunk.lastIndexOf('\n') + 1
    if (end > 0) {
      this.rest += chunk.slice(0, end)
      this.flush()
    }
    this.rest += chunk.slice(end)
    if (this.rest.length > LONGEST) this.flush()
  }

  private flush(): void {
    const text = this.rest
    this.rest = ''
    if (text !== '') this.onText(text)
  }
}
