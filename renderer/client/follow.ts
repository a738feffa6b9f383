import { whenOnline } from './connection.ts'
import { type ProductFailure, toFailure } from './failure.ts'

export interface Follower<T> {
  event(event: T): void
  /** The stream cannot go on; nothing is tried again. */
  failed?(failure: ProductFailure): void
  /** The stream came to its end. */
  ended?(): void
}

/**
 * Follows a stream until it ends, fails or is stopped by the function that comes back. When the connection is lost it
 * waits for the next one and opens the stream again: `open` is called anew, and asks for what it has not seen yet.
 *
 * ```ts
 * let from = 0
 * const stop = follow((signal) => client.operations.watch({ project, operation, from }, { signal }), {
 *   event: ({ index }) => { from = index + 1 },
 * })
 * ```
 */
export function follow<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  follower: Follower<T>,
): () => void {
  const stop = new AbortController()
  void run(open, follower, stop.signal)
  return () => stop.abort()
}

async function run<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  follower: Follower<T>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const transport = await whenOnline(signal).catch(() => undefined)
    if (!transport) return
    try {
      for await (const event of await open(signal)) {
        if (signal.aborted) return
        follower.event(event)
      }
      if (signal.aborted) return
      if (!transport.closed) return follower.ended?.()
    } catch (error) {
      if (signal.aborted) return
      const failure = toFailure(error)
      if (!transport.closed && failure.code !== 'connection-lost') return follower.failed?.(failure)
    }
  }
}
