/** Characters after which a line that does not end is passed on as it is. */
const LONGEST = 64 * 1024

/**
 * Puts a stream's chunks together to whole lines, so that lines of two streams never tear each other apart; a line longer
 * than 64 Ki characters comes in pieces. `end` gives what was printed last without a line end. Takes time in proportion
 * to what is printed, however it is cut.
 */
export class WholeLines {
  private rest = ''
  private readonly onText: (text: string) => void

  constructor(onText: (text: string) => void) {
    this.onText = onText
  }

  push(chunk: string): void {
    // What is kept has no line end: it is not searched again.
    const end = chunk.lastIndexOf('\n') + 1
    if (end > 0) {
      this.rest += chunk.slice(0, end)
      this.end()
    }
    this.rest += chunk.slice(end)
    if (this.rest.length > LONGEST) this.end()
  }

  end(): void {
    const text = this.rest
    this.rest = ''
    if (text !== '') this.onText(text)
  }
}
