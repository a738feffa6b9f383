import type { ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { type Answer, useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'

/** What is lost with the containers of an environment when they are replaced; `running`: whether there are any. */
interface Loss {
  files: number
  sessions: number
  running: boolean
}

/** Counts what a replacement of the environment would take away. */
export function useLoss(project: ProjectKey): Answer<Loss> {
  return useAnswer(project, async (signal) => {
    const [status, sessions] = await Promise.all([
      client.environment.status({ project }, { signal }),
      client.environment.sessions({ project }, { signal }),
    ])
    return { files: status.drift?.changes ?? 0, sessions, running: status.environment.containers.length > 0 }
  })
}

/** What is replaced, and what is lost with it, in words. */
export function lossText({ value, asking }: Answer<Loss>): string {
  if (!value) return t(asking ? 'reset.counting' : 'reset.container')
  const { files, sessions, running } = value
  if (!running) return t('reset.nothingLost')
  const lost = [
    ...(files > 0 ? [t('reset.files', { count: files })] : []),
    ...(sessions > 0 ? [t('reset.terminals', { count: sessions })] : []),
  ]
  if (lost.length === 0) return t('reset.containerOnly')
  return t('reset.lostWith', { what: lost.join(t('reset.and')) })
}
