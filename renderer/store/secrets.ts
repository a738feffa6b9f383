import type { ProjectKey } from '../../shared/ids.ts'
import { client } from '../client/client.ts'
import { showDialog } from './dialogs.ts'

/**
 * Goes on with what starts an environment, once the person was asked for the declared secrets that have no value. What
 * keeps them from being known keeps the start, too, and is told there. Errors: those of `goOn`.
 */
export async function askingForSecrets(project: ProjectKey, goOn: () => Promise<unknown>): Promise<void> {
  const secrets = await client.secrets.wanted({ project }).catch(() => [])
  if (secrets.length > 0) showDialog({ kind: 'secrets', project, secrets, before: 'start', goOn })
  else await goOn()
}
