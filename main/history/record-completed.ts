import { foldLedger } from './fold-ledger.ts'
import { appendLedger, readLedger } from './ledger.ts'

/**
 * Records services of the current environment, by their names, that have done what they are for after they were started
 * again. One that was recorded stays a one-shot: it may run for longer this time. An environment of which nobody recorded
 * that stays as it is. `folder`: the project's, of the home.
 * Errors: `ledger-unreadable`, `storage-failed`.
 */
export async function recordCompleted(folder: string, completed: readonly string[]): Promise<void> {
  const { current, containers, completed: before } = foldLedger((await readLedger(folder)).events)
  if (current === undefined || before === undefined) return
  const added = completed.filter((name) => !before.includes(name))
  if (added.length === 0) return
  await appendLedger(folder, {
    kind: 'ready',
    version: current,
    containers,
    completed: [...before, ...added],
  })
}
