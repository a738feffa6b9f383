import type { Readable } from 'node:stream'

/** More characters are not kept of what a program prints that is read as a whole. */
export const MAX_OUTPUT = 4 * 1024 * 1024

/** Reads what a program prints as a whole. As soon as it is more than is kept, `tooMuch` is called, to end it, and the rest is lost. */
export async function boundedText(source: Readable, tooMuch: () => void): Promise<string> {
  let text = ''
  source.setEncoding('utf8')
  for await (const piece of source) {
    if (text.length > MAX_OUTPUT) continue
    text += piece
    if (text.length > MAX_OUTPUT) tooMuch()
  }
  return text
}
