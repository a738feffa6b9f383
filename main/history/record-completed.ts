import { foldLedger } from './fold-ledger.ts'
import { appendLedger, readLedger } from './ledger.ts'

/**
 * Records which services of the current environment have done what they are for after some of them, by their names, were
 * started again. An environment of which nobody recorded that stays as it is. `folder`: the project's, of the home.
 * Errors: `ledger-unreadable`, `storage-failed`.
 */
export async function recordCompleted(
  folder: string,
  { started, completed }: { started: readonly string[]; completed: readonly string[] },
): Promise<void> {
  const { current, containers, completed: before } = foldLedger((await readLedger(folder)).events)
  if (current === undefined || before === undefined) return
  const now = [...before.filter((name) => !started.includes(name)), ...completed]
  if (now.length === before.length && now.every((name) => before.includes(name))) return
  await appendLedger(folder, { kind: 'ready', version: current, containers, completed: now })
}
