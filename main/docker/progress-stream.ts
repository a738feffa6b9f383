import { StringDecoder } from 'node:string_decoder'
import { productError } from '../../shared/errors.ts'

/** One message of an engine's progress stream (build, pull). */
export interface ProgressMessage {
  stream?: string
  status?: string
  id?: string
  progressDetail?: { current?: number; total?: number }
  error?: string
  errorDetail?: { message?: string }
  aux?: unknown
}

/**
 * Reads a stream of JSON lines to its end. An error inside the stream is a failure: it is thrown as an `Error` with
 * the engine's own words.
 * Errors: `cancelled`.
 */
export async function followProgress(
  stream: NodeJS.ReadableStream,
  signal: AbortSignal,
  onMessage: (message: ProgressMessage) => void,
): Promise<void> {
  const cancel = () => (stream as NodeJS.ReadableStream & { destroy(): void }).destroy()
  signal.addEventListener('abort', cancel, { once: true })
  let failure: string | undefined
  try {
    for await (const line of jsonLines(stream)) {
      const message = JSON.parse(line) as ProgressMessage
      failure ??= message.errorDetail?.message ?? message.error
      onMessage(message)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
  if (signal.aborted) throw productError('cancelled', {})
  if (failure !== undefined) throw new Error(failure)
}

async function* jsonLines(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream) {
    // What is kept has no line end: it is not searched again.
    const [first = '', ...more] = decoder.write(Buffer.from(chunk)).split('\n')
    rest += first
    for (const line of more) {
      if (rest.trim() !== '') yield rest
      rest = line
    }
  }
  if (rest.trim() !== '') yield rest
}
