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
  let rest = ''
  for await (const chunk of stream) {
    rest += chunk.toString()
    const whole = rest.split('\n')
    rest = whole.pop() ?? ''
    for (const line of whole) if (line.trim() !== '') yield line
  }
  if (rest.trim() !== '') yield rest
}
