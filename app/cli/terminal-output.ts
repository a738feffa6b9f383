import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is taken out.
/** Control characters but the tab and line ends, and what turns the direction of text. */
const NOT_TEXT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const NOT_TEXT_AT = new RegExp(NOT_TEXT, 'g')
/** What follows the beginning of a control sequence: parameters, others, its end (ECMA-48, 5.4). */
const PARAMETERS = /[\x20-\x3f]*/y
/** A text to the terminal itself, as its title or the clipboard, ends here; at a line's end, too, where none is wanted. */
const COMMAND_END = /[\x07\x1b\x9c\n]/g
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: they are what is taken out.

/** Characters of parameters that are kept. */
const LONGEST = 256

/** What has begun and is not over: an escape, a control sequence with its parameters so far, a text to the terminal. */
type Begun = { kind: 'escape' } | { kind: 'sequence'; parameters: string } | { kind: 'command' } | undefined

/**
 * Takes out of what a program printed all that a terminal obeys but colours: what moves the cursor, sets the title or the
 * clipboard, or turns the direction of text. Takes text in pieces, which may end anywhere, and time in proportion to it.
 */
export class TerminalText {
  private begun: Begun

  /** What may be shown of the next piece. */
  next(piece: string): string {
    if (this.begun === undefined && !NOT_TEXT.test(piece)) return piece
    let text = ''
    let at = 0
    while (at < piece.length) {
      if (this.begun?.kind === 'command') at = this.endOfCommand(piece, at)
      else if (this.begun?.kind === 'escape') at = this.afterEscape(piece, at)
      else if (this.begun?.kind === 'sequence') {
        const found = this.afterParameters(piece, at, this.begun.parameters)
        text += found.text
        at = found.at
      } else {
        NOT_TEXT_AT.lastIndex = at
        const control = NOT_TEXT_AT.exec(piece)?.index ?? piece.length
        text += piece.slice(at, control)
        this.begun = begunBy(piece[control])
        at = control + 1
      }
    }
    return text
  }

  private endOfCommand(piece: string, at: number): number {
    COMMAND_END.lastIndex = at
    const end = COMMAND_END.exec(piece)?.index
    if (end === undefined) return piece.length
    this.begun = piece[end] === '\x1b' ? { kind: 'escape' } : undefined
    return piece[end] === '\n' ? end : end + 1
  }

  private afterEscape(piece: string, at: number): number {
    const character = piece[at] ?? ''
    if (character === '[') this.begun = { kind: 'sequence', parameters: '' }
    else if (/[\]PX^_]/.test(character)) this.begun = { kind: 'command' }
    // Some have one more character.
    else if (!/[ -/]/.test(character)) this.begun = undefined
    // What is no escape is text, or begins something else.
    return this.begun === undefined && !/[0-~]/.test(character) ? at : at + 1
  }

  private afterParameters(piece: string, at: number, before: string): { text: string; at: number } {
    PARAMETERS.lastIndex = at
    const more = PARAMETERS.exec(piece)?.[0] ?? ''
    const parameters = (before + more).slice(0, LONGEST)
    const end = piece[at + more.length]
    this.begun = end === undefined ? { kind: 'sequence', parameters } : undefined
    if (end === undefined || !/[@-~]/.test(end)) return { text: '', at: at + more.length }
    const isColour = end === 'm' && /^[\d;:]*$/.test(parameters)
    return { text: isColour ? `\x1b[${parameters}m` : '', at: at + more.length + 1 }
  }
}

function begunBy(control: string | undefined): Begun {
  if (control === '\x1b') return { kind: 'escape' }
  if (control === '\x9b') return { kind: 'sequence', parameters: '' }
  return control !== undefined && /[\x90\x98\x9d-\x9f]/.test(control) ? { kind: 'command' } : undefined
}

/** A stream to where a program's output goes: as it is, or, to a terminal, without what that obeys but colours. */
export function outputTo(stream: NodeJS.WriteStream): Writable {
  if (!stream.isTTY) return stream
  const [decoder, text] = [new StringDecoder('utf8'), new TerminalText()]
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      if (stream.write(text.next(decoder.write(chunk)))) done()
      else stream.once('drain', done)
    },
  })
}
