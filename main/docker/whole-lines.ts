/**
 * Puts a stream's chunks together to whole lines, so that lines of two streams never tear each other apart. `end` gives
 * what was printed last without a line end.
 */
export class WholeLines {
  private rest = ''
  private readonly onText: (text: string) => void

  constructor(onText: (text: string) => void) {
    this.onText = onText
  }

  push(chunk: string): void {
    const text = this.rest + chunk
    const end = text.lastIndexOf('\n') + 1
    this.rest = text.slice(end)
    if (end > 0) this.onText(text.slice(0, end))
  }

  end(): void {
    if (this.rest !== '') this.onText(this.rest)
    this.rest = ''
  }
}
