import { styleText } from 'node:util'
import { type ProductError, reportOf } from '../../shared/errors.ts'
import { sanitize } from '../../shared/sanitize.ts'

type Style = Parameters<typeof styleText>[0]

/** Colours text for a stream if that shows colours: `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` are honoured. */
export function colour(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream })
}

/** The one document of a verb's `--json`. */
export function printJson(data: object): void {
  process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...data }, null, 2)}\n`)
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`)
}

/** Prints a note beside the result, on stderr, where scripts do not read it. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Prints an error: what happened, why, what to do; with `verbose` the chain of causes too. */
export function printError(error: ProductError, options: { json: boolean; verbose: boolean }): void {
  if (options.json) {
    printJson({ error: reportOf(error) })
    return
  }
  const indented = error.why.split('\n').map(sanitize).join('\n     ')
  printNote(
    `${colour(['red', 'bold'], '✗', process.stderr)} ${colour('bold', sanitize(error.message), process.stderr)}`,
  )
  printNote(`  ${colour('dim', 'why', process.stderr)}  ${indented}`)
  printNote(`  ${colour('cyan', 'do', process.stderr)}   ${sanitize(error.hint)}`)
  if (!options.verbose) return
  printNote(colour('dim', `  code ${error.code}`, process.stderr))
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    printNote(colour('dim', `  caused by ${sanitize(cause.message)}`, process.stderr))
  }
}

/** Rows of cells as aligned columns. Widths are counted without colours. */
export function printTable(rows: string[][]): void {
  const widths: number[] = []
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell))
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell)),
    )
    printLine(cells.join('  ').trimEnd())
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
const width = (text: string): number => text.replace(/\x1b\[[0-9;]*m/g, '').length
