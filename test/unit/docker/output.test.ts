import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { followProgress, type ProgressMessage } from '../../../main/docker/progress-stream.ts'
import { LastLines } from '../../../main/docker/streams/last-lines.ts'
import { WholeLines } from '../../../main/docker/streams/whole-lines.ts'
import { processorTime } from '../../processor-time.ts'

const PIECE = 'x'.repeat(32 * 1024)

test('chunks come as whole lines, the last one without an end at the end', () => {
  const seen: string[] = []
  const lines = new WholeLines((text) => seen.push(text))
  for (const chunk of ['a', 'b\nc\nd', '', '\n', 'e']) lines.push(chunk)
  expect(seen).toEqual(['ab\nc\n', 'd\n'])
  lines.end()
  lines.end()
  expect(seen).toEqual(['ab\nc\n', 'd\n', 'e'])
})

test('a line without an end is passed on in pieces, in time proportional to its length', () => {
  let [characters, longest] = [0, 0]
  const lines = new WholeLines((text) => {
    characters += text.length
    longest = Math.max(longest, text.length)
  })
  const spent = processorTime()
  // The time that the square of it takes is counted in minutes.
  for (let count = 0; count < 2048; count++) lines.push(PIECE)
  lines.end()
  expect(spent()).toBeLessThan(5_000)
  expect(characters).toBe(2048 * PIECE.length)
  expect(longest).toBeLessThan(128 * 1024)
})

test('the last lines are kept as far as they fit into an error', () => {
  const last = new LastLines()
  last.add('one\ntwo\r\n')
  last.add('three')
  expect(last.lines).toEqual(['one', 'two', 'three'])
  for (let line = 1; line <= 100; line++) last.add(`${line}\n`)
  expect(last.lines).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 51)))
  last.add(`${'x'.repeat(10_000)}\n${'y'.repeat(10_000)}\nlast\n`)
  expect(last.lines).toEqual([expect.stringMatching(/^… x{6300,6400}$/), 'y'.repeat(10_000), 'last'])
  last.add(`${'a\n'.repeat(10_000_000)}b`)
  expect(last.lines).toEqual([...Array(49).fill('a'), 'b'])
  last.add('z'.repeat(10_000_000))
  expect(last.lines).toEqual([expect.stringMatching(/^… z{16300,16400}$/)])
})

test("a long message of an engine's progress is read in time proportional to its length", async () => {
  const chunks = (function* () {
    yield Buffer.from('{"stream":"')
    for (let count = 0; count < 2048; count++) yield Buffer.from(PIECE)
    // A character that two chunks share.
    yield Buffer.from('é').subarray(0, 1)
    yield Buffer.concat([Buffer.from('é').subarray(1), Buffer.from('"}\n\n{"id":"a"}\n{"id":"b"}')])
  })()
  const seen: ProgressMessage[] = []
  const spent = processorTime()
  await followProgress(Readable.from(chunks), new AbortController().signal, (message) => seen.push(message))
  expect(spent()).toBeLessThan(5_000)
  expect(seen[0]?.stream?.length).toBe(2048 * PIECE.length + 1)
  expect(seen[0]?.stream?.endsWith('xé')).toBe(true)
  expect(seen.slice(1)).toEqual([{ id: 'a' }, { id: 'b' }])
})
