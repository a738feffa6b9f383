import type { Run } from '../../../shared/operation.ts'

/**
 * Does several things at once. When one fails the others are cancelled; the first failure is thrown once all have ended, so
 * that nothing goes on behind the back of whoever undoes them.
 */
export async function allOrNone(tasks: readonly ((run: Run) => Promise<void>)[], run: Run): Promise<void> {
  const failed = new AbortController()
  let first: { error: unknown } | undefined
  const inner = { ...run, signal: AbortSignal.any([run.signal, failed.signal]) }
  await Promise.all(
    tasks.map((task) =>
      task(inner).catch((error: unknown) => {
        first ??= { error }
        failed.abort()
      }),
    ),
  )
  if (first) throw first.error
}
