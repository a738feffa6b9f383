import type { Run } from '../../../shared/operation.ts'

/**
 * Runs several tasks at once. If one fails, the others are cancelled; the first failure is thrown after all have ended,
 * so that nothing still runs while the caller undoes them.
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
