// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what is taken out.
/** What is not text: control characters but the tab, line ends of Unicode, and what turns the direction of text. */
const NOT_TEXT = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const NOT_TEXT_AT = new RegExp(NOT_TEXT, 'g')
/** Control sequences after their ESC or in one character, and escapes of other kinds (ECMA-48, 5.4 and 5.3). */
const SEQUENCE = /(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?/y
const ESCAPE = /\x1b[\x20-\x2f]*[\x30-\x7e]?/y
/** The beginning and the end of a text to the terminal itself: its title, the clipboard (ECMA-48, 5.6). */
const COMMAND = /\x1b[\]PX^_]|[\x90\x98\x9d-\x9f]/y
const COMMAND_END = /\x07|\x1b\\|\x9c/g

/** A control sequence that changes how text looks (ECMA-48, 8.3.117), and its parameters. */
const LOOK = /(?:\x1b\[|\x9b)([\d;:]*)m/y
/** So many changes of a line's look are kept. */
const MOST_LOOKS = 100

/** A line as text, and from which of its characters on it looks how: the parameters of SGR (ECMA-48). */
export interface AnsiLine {
  text: string
  looks: [at: number, parameters: string][]
}

/**
 * A line that a program printed, as text and nothing else, with its colours beside it: without what moves a cursor, turns the
 * direction of text or talks to a terminal. Tabs stay. Takes time in proportion to the line, for any content.
 */
export function parseAnsiLine(line: string): AnsiLine {
  const looks: AnsiLine['looks'] = []
  if (!NOT_TEXT.test(line)) return { text: line, looks }
  let text = ''
  let at = 0
  let endless = false
  while (at < line.length) {
    NOT_TEXT_AT.lastIndex = at
    const next = NOT_TEXT_AT.exec(line)?.index ?? line.length
    text += line.slice(at, next)
    at = next
    if (at === line.length) break
    LOOK.lastIndex = at
    const parameters = LOOK.exec(line)?.[1]
    if (parameters !== undefined && looks.length < MOST_LOOKS)
      looks.push([text.length, parameters.slice(0, 40)])
    const command = !endless && after(COMMAND, line, at)
    const end = command && after(COMMAND_END, line, command)
    // Where one has no end, none after it has.
    if (command && !end) endless = true
    at = end || after(SEQUENCE, line, at) || after(ESCAPE, line, at) || at + 1
  }
  return { text, looks }
}

/** Where a match ends that begins at a place, or for a global pattern after it; undefined when there is none. */
function after(pattern: RegExp, line: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(line) ? pattern.lastIndex : undefined
}
