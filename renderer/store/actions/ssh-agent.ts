import type { ProjectSummary } from '../../../shared/project.ts'
import { t } from '../../messages/messages.ts'
import { notify, notifyFailure } from '../app/notices.ts'
import { changeSettings, settings } from '../app/settings.ts'
import { start } from './start.ts'

/**
 * Gives an environment the person's ssh agent, or takes it back. If allowed, it is requested in the trust dialog of the
 * next start.
 */
export async function changeAgent({ key, name, state }: ProjectSummary, forward: boolean): Promise<void> {
  const others = (settings.getState().settings?.sshAgent ?? []).filter((other) => other !== key)
  try {
    await changeSettings({ sshAgent: forward ? [...others, key] : others })
    if (!forward) notify({ tone: 'good', text: t('environment.agentTaken', { name }) })
    else if (state === 'absent') notify({ tone: 'good', text: t('environment.agentLater', { name }) })
    else await start(key)
  } catch (error) {
    notifyFailure(error)
  }
}
