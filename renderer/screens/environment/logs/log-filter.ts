import { type LogLevel, levelOf } from '../../../store/text/log-looks.ts'
import { LogBuffer, type LogLine } from './log-buffer.ts'

/** The lines of a log that are at least as bad as a level. It goes on with lines that come. */
export class LogFilter {
  readonly buffer = new LogBuffer()
  private readonly source: LogBuffer
  private readonly level: LogLevel
  private next: number

  constructor(source: LogBuffer, level: LogLevel) {
    this.source = source
    this.level = level
    this.next = source.first
  }

  /** Takes over what came since. */
  update(): void {
    const found: LogLine[] = []
    for (this.next = Math.max(this.next, this.source.first); this.next < this.source.end; this.next++) {
      const line = this.source.line(this.next)
      if (!line) continue
      const level = levelOf(line.text)
      if (level === 'error' || (level === 'warning' && this.level === 'warning')) found.push(line)
    }
    this.buffer.add(found)
  }
}
