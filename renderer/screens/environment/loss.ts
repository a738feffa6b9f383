import type { ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { type Answer, useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'

/** What is lost with the containers of an environment when they are replaced. */
interface Loss {
  files: number
  sessions: number
  containers: number
}

/** Counts what a replacement of the environment would take away. */
export function useLoss(project: ProjectKey): Answer<Loss> {
  return useAnswer(project, async (signal) => {
    const [status, sessions] = await Promise.all([
      client.environment.status({ project }, { signal }),
      client.environment.sessions({ project }, { signal }),
    ])
    return { files: status.drift?.changes ?? 0, sessions, containers: status.environment.containers.length }
  })
}

/** What is replaced, and what is lost with it, in words. */
export function lossText({ value, asking }: Answer<Loss>): string {
  if (!value) return t(asking ? 'reset.counting' : 'reset.container')
  const { files, sessions, containers: count } = value
  if (count === 0) return t('reset.nothingLost')
  const lost = [
    ...(files > 0 ? [t(count > 1 ? 'reset.filesInside' : 'reset.files', { count: files })] : []),
    ...(sessions > 0 ? [t('reset.terminals', { count: sessions })] : []),
  ]
  if (lost.length === 0) return t('reset.containerOnly', { count })
  return t('reset.lostWith', { count, what: lost.join(t('reset.and')) })
}
