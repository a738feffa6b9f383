import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logFrames } from '../../../main/docker/streams/log-frames.ts'
import { LineReader } from '../../../main/logs/log-lines.ts'
import { parseAnsiLine } from '../../../main/logs/parse-ansi-line.ts'
import { anyText } from '../../fuzz/any-text.ts'
import { processorTime } from '../../processor-time.ts'

const plainText = (line: string) => parseAnsiLine(line).text

const AT = '2026-11-23T12:00:00.123456789Z'

const frame = (text: string | Buffer, stream = 1): Buffer => {
  const data = Buffer.from(text)
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(data.length, 4)
  return Buffer.concat([head, data])
}

/** Reads bytes as they come in chunks. */
async function read(chunks: Buffer[], tty = false) {
  const reader = new LineReader('app', { plain: true })
  const lines = []
  for await (const frames of logFrames(
    (async function* () {
      yield* chunks
    })(),
    tty,
  )) {
    lines.push(...frames.flatMap((one) => reader.read(one)))
  }
  return [...lines, ...reader.rest()]
}

test('lines of both streams, with their times, wherever the chunks are cut', async () => {
  const bytes = Buffer.concat([
    frame(`${AT} one\n`),
    frame(`${AT} two, `, 2),
    frame(`${AT} three\n`),
    frame(`${AT} and its end ü\n`, 2),
    frame(`${AT} last`),
  ])
  const whole = await read([bytes])
  expect(whole.map(({ stream, text, at }) => [stream, text, at])).toEqual([
    ['stdout', 'one', AT],
    ['stdout', 'three', AT],
    ['stderr', 'two, and its end ü', AT],
    ['stdout', 'last', AT],
  ])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: bytes.length - 1 })), async (cuts) => {
      const at = [0, ...new Set(cuts.sort((a, b) => a - b)), bytes.length]
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      expect(await read(chunks)).toEqual(whole)
    }),
  )
})

test('a terminal has one stream and no frames', async () => {
  expect(await read([Buffer.from(`${AT} one\r\n${AT} tw`), Buffer.from('o\r\n')], true)).toEqual([
    { service: 'app', stream: 'stdout', at: AT, text: 'one' },
    { service: 'app', stream: 'stdout', at: AT, text: 'two' },
  ])
})

test('a line that never ends is cut, and the next one is whole', async () => {
  const piece = frame(`${AT} ${'x'.repeat(16_000)}`)
  const lines = await read([
    ...Array.from({ length: 1_000 }, () => piece),
    frame(`${AT} end\n`),
    frame(`${AT} next\n`),
  ])
  expect(lines.map(({ text }) => text.length)).toEqual([64 * 1024 + ' … (cut)'.length, 4])
})

test('what is no frame ends the reading', async () => {
  expect(await read([Buffer.from('HTTP/1.1 500 Oh no, this is no log at all')])).toEqual([])
})

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['the clipboard', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
  ['a title', '\u001b]0;title\u001b\\text', 'text'],
  ['moves', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
  ['a carriage return', 'good\rbad', 'goodbad'],
  ['backspaces', 'a\b\bc', 'ac'],
  ['directions', 'a\u202eb\u2066c', 'abc'],
  ['a title without an end', '\u001b]0;text', '0;text'],
  ['the clipboard, in single characters', 'a\u009d52;c;ZXZpbA==\u009cb', 'ab'],
  ['another set of characters', 'a\u001b(0b', 'ab'],
  ['tabs, which stay', 'a\tb', 'a\tb'],
  ['HTML, which is text', '<b>&amp;</b>', '<b>&amp;</b>'],
])('plain text without %s', (_, line, text) => expect(plainText(line)).toBe(text))

test('colours are beside the text that they belong to', () => {
  expect(parseAnsiLine('a \u001b[31mred\u001b[0m \u001b[1;4mb\u001b[2K')).toEqual({
    text: 'a red b',
    looks: [
      [2, '31'],
      [5, '0'],
      [6, '1;4'],
    ],
  })
  expect(parseAnsiLine('\u001b[38:5:208mo').looks).toEqual([[0, '38:5:208']])
  expect(parseAnsiLine('\u001b[1m'.repeat(500)).looks).toHaveLength(100)
})

test('whatever is printed, nothing is left that a terminal would obey', () => {
  fc.assert(
    fc.property(anyText(), (line) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be left.
      expect(plainText(line)).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})

test.each([
  ['titles without an end', '\u001b]aaaa;bbbb'],
  ['titles with one', '\u001b]a\u0007'],
  ['sequences without an end', '\u001b[1;'],
  ['escapes', '\u001b'],
  ['escapes without an end', '\u001b   '],
  ['control characters', '\u0001a'],
])('a long line of %s takes no time', (_, part) => {
  const line = part.repeat((1024 * 1024) / part.length)
  const spent = processorTime()
  plainText(line)
  expect(spent()).toBeLessThan(3_000)
})
