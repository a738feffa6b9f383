import type { Run } from '../../shared/operation.ts'

/**
 * Does work on each of some items in their order, at most `most` at once. What fails first cancels the rest, and is thrown
 * when all has ended.
 */
export async function limitConcurrency<T>(
  items: readonly T[],
  most: number,
  run: Run,
  work: (item: T, run: Run) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const failures: unknown[] = []
  const rest = new AbortController()
  const cancellable = { ...run, signal: AbortSignal.any([run.signal, rest.signal]) }
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item, cancellable)
      } catch (error) {
        failures.push(error)
        left.length = 0
        rest.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: most }, worker))
  if (failures.length > 0) throw failures[0]
}
