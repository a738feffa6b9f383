import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { foldLedger, type History } from './fold-ledger.ts'
import { type LedgerEvent, readLedger } from './ledger.ts'
import { recoverable } from './recover-ledger.ts'

/**
 * A project's history from its ledger; what the ledger has lost is recovered from the engine, as far as possible.
 * `next` are events that are about to be written.
 * Errors: `ledger-unreadable`; those of the engine when it is asked.
 */
export async function readHistory(
  host: Pick<Host, 'engine' | 'home'>,
  project: Pick<Project, 'key'>,
  next: LedgerEvent[] = [],
): Promise<History> {
  const ledger = await readLedger(host.home.project(project.key))
  const recovered = await recoverable(host, project.key, ledger)
  return foldLedger([...ledger.events, ...(recovered ? [recovered] : []), ...next])
}
