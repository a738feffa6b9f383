import { once } from 'node:events'
import type { LogLines } from '../../shared/log.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { colour } from './output.ts'
import { TerminalText } from './terminal-output.ts'

/** The colours of services, each of the next one; the first again after the last. */
const COLOURS = ['cyan', 'yellow', 'green', 'magenta', 'blue', 'cyanBright', 'yellowBright'] as const

type Line = LogLines[number]
interface PrinterOptions {
  timestamps: boolean
  signal: AbortSignal
}
type Printer = (lines: LogLines, services: readonly string[]) => Promise<unknown> | undefined

/**
 * Prints lines of several services as `docker-compose logs` does: "db   | ready". What it returns is waited for, until
 * `signal` aborts.
 */
export const logPrinter =
  ({ timestamps, signal }: PrinterOptions): Printer =>
  (lines, services) =>
    writeAll(
      lines.map((line) => {
        const to = process[line.stream]
        const text = textOf(line, timestamps)
        // Each line by itself: what one of them begins is not for the next service.
        const shown = to.isTTY ? new TerminalText().next(text) : text
        return { to, text: `${prefix(line, services)}${shown}\n` }
      }),
      signal,
    )

/** Prints each line as one JSON document: `{"schemaVersion":1,"service":"db","stream":"stdout","line":"…"}`. */
export const logDocumentPrinter =
  ({ timestamps, signal }: PrinterOptions): Printer =>
  (lines) =>
    writeAll(
      lines.map((line) => {
        const { service, stream } = line
        const document = { schemaVersion: 1, service, stream, line: textOf(line, timestamps) }
        return { to: process.stdout, text: `${JSON.stringify(document)}\n` }
      }),
      signal,
    )

/** A line as the engine gives it: with its time before it, where that is wanted. */
const textOf = ({ at, text }: Line, timestamps: boolean): string =>
  timestamps && at ? `${at} ${text}` : text

/** The name of a line's service, as wide as the longest, in a colour of its own. */
function prefix({ service, stream }: Line, services: readonly string[]): string {
  const width = Math.max(...services.map((name) => name.length))
  const style = COLOURS[services.indexOf(service) % COLOURS.length] ?? 'cyan'
  return colour(style, `${sanitize(service).padEnd(width)}  | `, process[stream])
}

/** Writes texts in their order, those in a row to one stream at once; undefined when all of it was taken. */
function writeAll(
  texts: { to: NodeJS.WriteStream; text: string }[],
  signal: AbortSignal,
): Promise<unknown> | undefined {
  const pieces: typeof texts = []
  for (const { to, text } of texts) {
    const last = pieces.at(-1)
    if (last?.to === to) last.text += text
    else pieces.push({ to, text })
  }
  const full = new Set(pieces.flatMap(({ to, text }) => (to.write(text) ? [] : [to])))
  // A failed drain is reported by the stream's owner.
  const drained = [...full].map((to) => once(to, 'drain', { signal }).catch(() => {}))
  return drained.length > 0 ? Promise.all(drained) : undefined
}
