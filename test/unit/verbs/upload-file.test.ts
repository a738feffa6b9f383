import { expect, test } from 'vitest'
import { endingEarly } from '../../../main/verbs/container-files/upload-file.ts'

async function* parts(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}
async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('a')
  throw new Error('The disk broke.')
}
const { signal } = new AbortController()

test.each([
  ['is complete', parts('ab', 'c'), undefined],
  ['became longer', parts('abc', 'd'), undefined],
  ['became shorter', parts('ab'), 'It became shorter while it was read.'],
  ['cannot be read further', failing(), 'The disk broke.'],
])('content that %s', async (_, content, problem) => {
  const source = endingEarly(content, 3, signal)
  for await (const chunk of source.content) void chunk
  expect(source.problem()).toBe(problem)
})

test('where the engine takes no more, or a person cancels, the content is not at fault', async () => {
  const refused = endingEarly(parts('a', 'b', 'c'), 3, signal)
  for await (const chunk of refused.content) if (chunk.toString() === 'b') break
  expect(refused.problem()).toBeUndefined()

  const stop = new AbortController()
  const cancelled = endingEarly(parts('a', 'b', 'c'), 3, stop.signal)
  for await (const chunk of cancelled.content) if (chunk.toString() === 'a') stop.abort()
  expect(cancelled.problem()).toBeUndefined()
})
