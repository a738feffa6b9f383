import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import { t } from '../../messages/messages.ts'
import { notify, notifyFailure } from '../app/notices.ts'
import { start } from './start.ts'

/** Runs an environment with the person's layer, or without it; one that is there is brought up at once. */
export async function changeLayer({ key, name, state }: ProjectSummary, on: boolean): Promise<void> {
  try {
    await client.environment.switchLayer({ project: key, on })
    const later = on ? 'environment.layerOnLater' : 'environment.layerOffLater'
    if (state === 'absent') notify({ tone: 'good', text: t(later, { name }) })
    else await start(key)
  } catch (error) {
    notifyFailure(error)
  }
}
