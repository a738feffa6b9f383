import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { outputTo, TerminalText } from '../../../app/cli/terminal-output.ts'

/** What is shown of a text, whole and in pieces of one character. */
function shown(printed: string): string {
  const [whole, pieces] = [new TerminalText(), new TerminalText()]
  const result = whole.next(printed)
  expect([...printed].map((one) => pieces.next(one)).join('')).toBe(result)
  return result
}

test.each([
  ['plain text, tabs and line ends', 'a\tb\r\nüñ 日本 🎉\n', 'a\tb\r\nüñ 日本 🎉\n'],
  [
    'colours',
    '\x1b[1;31mred\x1b[0m \x1b[38;2;1;2;3mx\x1b[m \x9b32mgreen',
    '\x1b[1;31mred\x1b[0m \x1b[38;2;1;2;3mx\x1b[m \x1b[32mgreen',
  ],
  ['the clipboard', 'a\x1b]52;c;ZWNobyBoaQ==\x07b', 'ab'],
  ['the title', 'a\x1b]0;title\x1b\\b\x9d0;title\x9cc', 'abc'],
  ['what moves the cursor, and clears', 'a\x1b[2J\x1b[1;1Hb\x1b[3Ac\x1b7d\x1bMe', 'abcde'],
  ['what asks the terminal, and its modes', 'a\x1b[6n\x1b[>c\x1b[?1049hb\x1b[>4;1mc', 'abc'],
  ['a command without an end, which takes its line', 'a\x1b]52;c;x\nb\n', 'a\nb\n'],
  ['single control characters', 'a\x07\x08\x00\x7f\x85b', 'ab'],
  ['other escapes', 'a\x1b(0b\x1b#8c\x1b\x1b[31md', 'abc\x1b[31md'],
  ['a sequence that another cuts short', 'a\x1b[3\x1b[31mb\x1b]x\x1b[32mc', 'a\x1b[31mb\x1b[32mc'],
  ['what turns the direction of text', 'a\u202eb\u2066c', 'abc'],
  ['an escape before what is none', 'a\x1bäb', 'aäb'],
])('%s', (_, printed, expected) => {
  expect(shown(printed)).toBe(expected)
})

test('only a terminal gets less than was printed; characters may be cut', async () => {
  const printed = Buffer.from('ü\x1b]0;x\x07ö\n')
  const to = async (isTTY: boolean): Promise<string> => {
    const stream = Object.assign(new PassThrough(), { isTTY })
    const out = outputTo(stream as unknown as NodeJS.WriteStream)
    for (const byte of printed) out.write(Buffer.from([byte]))
    await new Promise((resolve) => out.write('', resolve))
    stream.end()
    return text(stream)
  }
  expect(await to(true)).toBe('üö\n')
  expect(await to(false)).toBe(printed.toString())
})
