import { isProductError, productError } from '../../shared/errors.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import type { History } from '../history/fold-ledger.ts'
import { readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import { isWritten } from '../operation/writer-lock.ts'
import { openHome } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/**
 * Refuses an environment that is in the history of another data folder, or about to be. An environment that is in no
 * history belongs to this project, whose history was lost. Errors: `environment-elsewhere`.
 */
export async function assertOwned(
  { home }: Host,
  project: Project,
  { containers, leftovers }: EnvironmentFacts,
  history: History,
): Promise<void> {
  for (const container of [...containers, ...leftovers]) {
    const other = container.home
    if (other === undefined || other === home.root || history.containers.includes(container.id)) continue
    const folder = openHome({ PRISTINE_HOME: other }).project(project.key)
    if (isWritten(folder) || (await isInHistory(folder, container.id)))
      throw productError('environment-elsewhere', { name: project.name, home: other })
  }
}

/** An unreadable history counts as that of another owner. */
async function isInHistory(projectFolder: string, container: string): Promise<boolean> {
  try {
    const { events } = await readLedger(projectFolder)
    return events.some((event) => event.kind === 'ready' && event.containers.includes(container))
  } catch (error) {
    if (isProductError(error, 'ledger-unreadable')) return true
    throw error
  }
}
