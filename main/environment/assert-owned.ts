import { isProductError, productError } from '../../shared/errors.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import type { History } from '../history/fold-ledger.ts'
import { readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import { isWritten } from '../operation/writer-lock.ts'
import { openHome } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/**
 * Refuses an environment that another data folder has in its history, or is about to have: one that no history knows is
 * taken for this project's own, whose history was lost. Errors: `environment-elsewhere`.
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

/** A history that cannot be read counts as another owner's. */
async function isInHistory(projectFolder: string, container: string): Promise<boolean> {
  try {
    const { events } = await readLedger(projectFolder)
    return events.some((event) => event.kind === 'ready' && event.containers.includes(container))
  } catch (error) {
    if (isProductError(error, 'ledger-unreadable')) return true
    throw error
  }
}
