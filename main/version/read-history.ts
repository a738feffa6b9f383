import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { foldLedger, type History } from './history.ts'
import { readLedger } from './ledger.ts'

/** A project's history as its ledger tells it. Errors: `ledger-unreadable`. */
export async function readHistory(host: Host, project: Pick<Project, 'key'>): Promise<History> {
  return foldLedger(await readLedger(host.home.project(project.key)))
}
