import { once } from 'node:events'
import { connect } from 'node:net'

/** What a connection to an agent may carry in one message, in bytes, as OpenSSH has it. */
const LARGEST = 256 * 1024

/** Messages of the agent's protocol (draft-ietf-sshm-ssh-agent): which keys are there, and a signature. */
const REQUEST_IDENTITIES = 11
const SIGN = 13
const EXTENSION = 27
/** Names the host for which the agent signs, so that keys restricted to hosts can be used. */
const SESSION_BIND = 'session-bind@openssh.com'
const FAILURE = Buffer.from([5])

/** Whether an ssh agent listens at a socket. */
export async function agentAnswers(socketPath: string): Promise<boolean> {
  const socket = connect(socketPath)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/**
 * One connection to the ssh agent that listens at a socket. What is asked is passed on if it uses keys; what adds,
 * removes or locks them is answered as an agent does that cannot.
 */
export async function* askAgent(
  socketPath: string,
  asked: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  // An agent may ask its person first: a build that ended does not wait for that.
  const socket = connect(socketPath).unref()
  // What goes wrong is met where its answer is read.
  socket.on('error', () => {})
  const answers = messages(socket)
  try {
    for await (const message of messages(asked)) {
      if (usesKeys(message)) {
        socket.write(framed(message))
        const answer = await answers.next()
        if (answer.done) return
        yield framed(answer.value)
      } else yield framed(FAILURE)
    }
  } finally {
    socket.destroy()
  }
}

function usesKeys(message: Buffer): boolean {
  const kind = message[0]
  if (kind === EXTENSION)
    return message.subarray(5, 5 + message.readUInt32BE(1)).equals(Buffer.from(SESSION_BIND))
  return kind === REQUEST_IDENTITIES || kind === SIGN
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  return Buffer.concat([length, message])
}

/** The messages of a stream of bytes, each after its length; what is longer than any may be ends them. */
async function* messages(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes) {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const end = 4 + rest.readUInt32BE(0)
      if (end > 4 + LARGEST) return
      if (rest.length < end) break
      yield rest.subarray(4, end)
      rest = rest.subarray(end)
    }
  }
}
