import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { agentAnswers, askAgent } from '../../../main/personal/ssh-agent.ts'

const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer).swap32()
const framed = (message: Buffer) => Buffer.concat([number(message.length), message])
const message = (kind: number, ...texts: string[]) =>
  Buffer.concat([Buffer.from([kind]), ...texts.map((text) => framed(Buffer.from(text)))])

/** Answers every message with one of kind 6 that repeats it, and remembers what came. */
async function startAgent() {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-agent-'))
  const requests: number[] = []
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      requests.push(bytes[4] ?? -1)
      socket.write(framed(Buffer.concat([Buffer.from([6]), bytes.subarray(4)])))
    })
  })
  const socket = path.join(folder, 'socket')
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What is answered to a stream of bytes that comes in such pieces. */
async function answers(socket: string, bytes: Buffer, size = bytes.length): Promise<string[]> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const found: string[] = []
  for await (const answer of askAgent(socket, pieces())) found.push(Buffer.from(answer).toString('hex'))
  return found
}

const FAILURE = framed(Buffer.from([5])).toString('hex')
const repeated = (asked: Buffer) => framed(Buffer.concat([Buffer.from([6]), asked])).toString('hex')

test.skipIf(process.platform === 'win32')(
  'what uses keys is passed on, and nothing else, in its order',
  async () => {
    await using agent = await startAgent()
    const bind = message(27, 'session-bind@openssh.com', 'more')
    const asked = [message(11), message(18), message(13, 'key'), message(27, 'query'), bind, message(25)]
    const wanted = [
      repeated(message(11)),
      FAILURE,
      repeated(message(13, 'key')),
      FAILURE,
      repeated(bind),
      FAILURE,
    ]
    for (const size of [1, 7, 1000]) {
      expect(await answers(agent.socket, Buffer.concat(asked.map(framed)), size)).toEqual(wanted)
      expect(agent.requests.splice(0)).toEqual([11, 13, 27])
    }
  },
)

test.skipIf(process.platform === 'win32')('what is no message ends the connection', async () => {
  await using agent = await startAgent()
  const long = Buffer.concat([number(256 * 1024 + 1), Buffer.from([11])])
  expect(await answers(agent.socket, Buffer.concat([framed(message(11)), long]))).toHaveLength(1)
  expect(await answers(agent.socket, framed(message(27, '')).subarray(0, 4))).toEqual([])
  await expect(answers(agent.socket, framed(Buffer.from([27, 0])))).rejects.toThrow(RangeError)
})

test('an agent that is gone answers nothing', async () => {
  expect(await agentAnswers('/nowhere/agent')).toBe(false)
  await expect(answers('/nowhere/agent', framed(message(11)))).rejects.toThrow('/nowhere/agent')
})
