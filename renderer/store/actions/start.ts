import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { showDialog } from '../app/dialogs.ts'
import { beginWithSecrets } from './secrets.ts'

/**
 * Starts an environment, after asking the person for what is missing: if permissions are not granted, the trust dialog
 * is shown instead, which starts it; then secrets. What cannot be read fails as a start, where it is kept and shown.
 */
export async function start(project: ProjectKey, begun?: (operation: OperationId) => void): Promise<void> {
  if (await needsGrant(project)) showDialog({ kind: 'trust', project })
  else await startTrusted(project, begun)
}

/** The same for what is trusted. */
export function startTrusted(project: ProjectKey, begun?: (operation: OperationId) => void): Promise<void> {
  return beginWithSecrets(project, async () => {
    const started = await client.environment.up({ project })
    begun?.(started.operation)
    return started
  })
}

/** Whether a person has to grant something before a project starts. */
export const needsGrant = async (project: ProjectKey): Promise<boolean> => {
  const request = await client.trust.request({ project }).catch(() => undefined)
  return request?.granted === false
}
