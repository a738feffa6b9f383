import type { Engine } from './connect.ts'
import { call } from './engine-call.ts'

/** How often an engine is asked, in milliseconds, whether it is still there. */
const PULSE = 30_000

/**
 * Does work that may take as long as it likes, for as long as the engine answers: it is asked now and then, beside the
 * work. `doing` completes "no answer within … while …"; `signal` cancels the work, which gets the signal to heed.
 * Errors: `engine-unreachable`, and those of the work.
 */
export async function withHeartbeat<T>(
  engine: Engine,
  doing: string,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const failed = new AbortController()
  const ask = () =>
    call(doing, () => engine.docker.ping()).catch((error: Error) => {
      // A connection that breaks ends the work by itself; only silence has to be noticed.
      if ((error.cause as Error | undefined)?.name === 'TimeoutError') failed.abort(error)
    })
  const pulse = setInterval(() => void ask(), PULSE)
  try {
    return await work(signal ? AbortSignal.any([signal, failed.signal]) : failed.signal)
  } catch (error) {
    if (failed.signal.aborted && !signal?.aborted) throw failed.signal.reason
    throw error
  } finally {
    clearInterval(pulse)
  }
}
