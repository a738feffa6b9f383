import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { JsonLines } from '../../../app/cli/json-lines.ts'

const documents = (to: PassThrough): unknown[] =>
  String(to.read() ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

test('each line is a document, whatever it is cut by', () => {
  const to = new PassThrough()
  const lines = new JsonLines('stderr', to)
  const bytes = Buffer.from('one\r\ntwö\n\nlast')
  for (const byte of bytes) lines.write(Buffer.from([byte]))
  const document = (line: string) => ({ schemaVersion: 1, stream: 'stderr', line })
  expect(documents(to)).toEqual(['one', 'twö', ''].map(document))
})

test('a line without an end comes in pieces, and no more is taken than its reader takes', async () => {
  const to = new PassThrough()
  const lines = new JsonLines('stdout', to)
  const piece = 'x'.repeat(100_000)
  let taken = 0
  for (let count = 0; count < 10; count++) lines.write(piece, () => taken++)
  await new Promise((resolve) => setImmediate(resolve))
  expect(taken).toBe(0)
  const [first] = documents(to)
  expect(first).toEqual({ schemaVersion: 1, stream: 'stdout', line: piece, continues: true })
  to.resume()
  await new Promise((resolve) => lines.end(resolve))
  expect(taken).toBe(10)
})
