import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { lastLines } from './commands.ts'
import { RigError } from './rig-error.ts'

/** One message in the stream of a build, push, pull or import. */
export interface Message {
  stream?: string
  status?: string
  error?: string
  aux?: { ID?: string; Digest?: string }
}

/** Reads such a stream to its end. An error inside it is a failure, told with the last lines of the output. */
export async function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  what: string,
): Promise<Message[]> {
  const messages = await new Promise<Message[]>((resolve, reject) => {
    docker.modem.followProgress(stream as Readable, (error, all) => (error ? reject(error) : resolve(all)))
  }).catch((cause: Error) => {
    throw new RigError(`${what} failed: ${cause.message}`, 'Correct what it says, start again.', { cause })
  })
  const failure = messages.find((message) => message.error !== undefined)
  if (failure) {
    const output = lastLines(messages.map((message) => message.stream ?? '').join(''), 20)
    throw new RigError(`${what} failed: ${failure.error}\n${output}`, 'Correct what it says, start again.')
  }
  return messages
}
