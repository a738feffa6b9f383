import type { ProjectKey } from '../../shared/ids.ts'
import { client } from '../client/client.ts'
import { showDialog } from './dialogs.ts'

/**
 * Starts an environment; where something is asked that was not granted, shows the sheet instead, and whoever trusts it
 * starts it there. What cannot be read fails as a start, where it is kept and shown.
 */
export async function start(project: ProjectKey): Promise<void> {
  if (await isAsked(project)) showDialog({ kind: 'trust', project })
  else await client.environment.up({ project })
}

/** Whether a person has to grant something before a project starts. */
export const isAsked = async (project: ProjectKey): Promise<boolean> => {
  const sheet = await client.trust.sheet({ project }).catch(() => undefined)
  return sheet?.granted === false
}
