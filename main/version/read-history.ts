import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { foldLedger, type History } from './history.ts'
import { readLedger } from './ledger.ts'
import { recoverable } from './recover.ts'

/**
 * A project's history as its ledger tells it; what that has lost is taken from the engine, as far as it tells.
 * Errors: `ledger-unreadable`; those of the engine when it is asked.
 */
export async function readHistory(host: Host, project: Pick<Project, 'key'>): Promise<History> {
  const ledger = await readLedger(host.home.project(project.key))
  const recovered = await recoverable(host, project.key, ledger)
  return foldLedger(recovered ? [...ledger.events, recovered] : ledger.events)
}
