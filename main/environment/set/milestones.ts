import { once } from 'node:events'
import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'

/** Events that happen once, by name, and can be awaited before they happen. */
export class Milestones {
  private readonly known = new Map<string, PromiseWithResolvers<void>>()

  reach(name: string): void {
    this.of(name).resolve()
  }

  /** Errors: `cancelled`. */
  async reached(name: string, { signal }: Pick<Run, 'signal'>): Promise<void> {
    const ended = new AbortController()
    const cancelled = once(signal, 'abort', { signal: ended.signal }).then(
      () => true,
      () => true,
    )
    const isCancelled = await Promise.race([
      this.of(name).promise.then(() => false),
      signal.aborted ? true : cancelled,
    ])
    ended.abort()
    if (isCancelled) throw productError('cancelled', {})
  }

  private of(name: string): PromiseWithResolvers<void> {
    const one = this.known.get(name) ?? Promise.withResolvers<void>()
    this.known.set(name, one)
    return one
  }
}
