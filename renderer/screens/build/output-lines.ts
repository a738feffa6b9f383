import type { LogLine } from '../environment/logs/log-buffer.ts'

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]/g
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: they are what is taken out.

/** Longer lines are cut; they are not readable here, and one could fill the page. */
const LONGEST = 10_000

/** Turns what a program printed, in pieces, into whole lines of plain text. */
export class OutputLines {
  private rest = ''

  /** The lines that a piece completed. */
  read(piece: string): LogLine[] {
    const lines = (this.rest + piece).split('\n')
    this.rest = (lines.pop() ?? '').slice(-LONGEST)
    return lines.map(plain)
  }

  /** The content of the incomplete line. */
  unfinished(): LogLine[] {
    return this.rest === '' ? [] : [plain(this.rest)]
  }
}

/** A line as a terminal would show it: after the last overwrite, without colours. */
function plain(line: string): LogLine {
  const text = line.replace(/\r+$/, '').replace(SEQUENCES, '')
  return {
    text: text
      .slice(text.lastIndexOf('\r') + 1)
      .replace(CONTROLS, '')
      .slice(0, LONGEST),
    error: false,
  }
}
