/** At most this many lines are kept, and characters in total. */
export const MAX_LINES = 50
const MAX_CHARACTERS = 16 * 1024
/** Stands where the beginning of a line was left out. */
const CUT = '… '

/** The last lines that a program printed, for an error to carry: never more than fits there, whatever is printed. */
export class LastLines {
  private kept: string[] = []

  /** Adds text that ends with a line, or with what was printed last. */
  add(text: string): void {
    // Of what cannot fit, so much is left that the first line is cut below, too.
    const lines = text
      .slice(-MAX_CHARACTERS - 3)
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
    const fitting: string[] = []
    let room = MAX_CHARACTERS
    for (const line of this.kept.concat(lines).slice(-MAX_LINES).reverse()) {
      fitting.push(line.length > room ? CUT + line.slice(-room) : line)
      room -= line.length + 1
      if (room <= 0) break
    }
    this.kept = fitting.reverse()
  }

  get lines(): string[] {
    return this.kept
  }
}
