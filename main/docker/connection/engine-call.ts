import { isSystemError, productError } from '../../../shared/errors.ts'

/** How long an engine may take for a call that only looks something up or changes one thing. */
const DEADLINE = 60_000

/**
 * Makes one engine call with a deadline and a name, and translates its failure.
 *
 * `doing` completes "The engine refused while …". `signal` cancels the call. A deadline of `Infinity`
 * is for work that is watched otherwise.
 * Errors: `engine-refused`, `engine-unreachable`, `disk-full`, `cancelled`; other failures with a status in `expected`
 * pass through.
 */
export async function call<T>(
  doing: string,
  work: (abortSignal: AbortSignal) => Promise<T>,
  options: { signal?: AbortSignal | undefined; deadline?: number; expected?: number[] } = {},
): Promise<T> {
  const deadline = options.deadline ?? DEADLINE
  const late = new AbortController()
  const timer = Number.isFinite(deadline)
    ? setTimeout(() => late.abort(new DOMException('No answer.', 'TimeoutError')), deadline)
    : undefined
  const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
  const ended = new AbortController()
  try {
    options.signal?.throwIfAborted()
    return await Promise.race([work(signal), aborted(signal, ended.signal)])
  } catch (error) {
    if (options.signal?.aborted) throw productError('cancelled', {}, { cause: error })
    if (late.signal.aborted) {
      const problem = `no answer within ${deadline / 1000} s while ${doing}`
      throw productError('engine-unreachable', { problem }, { cause: error })
    }
    if (options.expected?.includes(statusOf(error) ?? 0) && !NO_SPACE.test(reasonOf(error))) throw error
    throw engineFailure(doing, error)
  } finally {
    // Else what the engine answered would be kept in memory until the deadline.
    clearTimeout(timer)
    ended.abort()
  }
}

/** For work that cannot be aborted: a stream's signal would end the stream too. Listens until `ended`. */
const aborted = (signal: AbortSignal, ended: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: ended })
  })

/** Whether the connection to the engine broke, or there is none. */
export const isBroken = (error: unknown): error is NodeJS.ErrnoException =>
  isSystemError(error, 'ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT')

/** How the engine and programs report a full disk. */
export const NO_SPACE = /no space left on device|disk quota exceeded/i

/** Translates a failure of the engine into a product error that keeps its cause. */
export function engineFailure(doing: string, error: unknown): Error {
  const problem = reasonOf(error)
  if (NO_SPACE.test(problem)) return productError('disk-full', { while: doing, problem }, { cause: error })
  if (isBroken(error)) {
    const broken = `the connection broke while ${doing} (${error.code})`
    return productError('engine-unreachable', { problem: broken }, { cause: error })
  }
  return productError('engine-refused', { while: doing, problem }, { cause: error })
}

/**
 * The HTTP status of an engine's refusal, if that is what the failure is. Podman answers 500 for a container that
 * disappears while it is inspected: that counts as 404 here.
 */
export function statusOf(error: unknown): number | undefined {
  const { statusCode, json } = (error ?? {}) as { statusCode?: unknown; json?: { cause?: unknown } }
  if (statusCode === 500 && json?.cause === 'no such container') return 404
  return typeof statusCode === 'number' ? statusCode : undefined
}

export const isNotFound = (error: unknown): boolean => statusOf(error) === 404
export const isConflict = (error: unknown): boolean => statusOf(error) === 409

/** The engine's own words for a failure, on one line. */
export function reasonOf(error: unknown): string {
  const body = (error as { json?: { message?: unknown } } | undefined)?.json?.message
  const text = typeof body === 'string' ? body : error instanceof Error ? error.message : String(error)
  return text
    .replace(/^\(HTTP code \d+\) .*? - /, '')
    .replace(/\s+/g, ' ')
    .trim()
}
