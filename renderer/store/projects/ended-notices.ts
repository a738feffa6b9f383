import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf, isShown } from '../../route.ts'
import { notify, notifyFailure, record } from '../app/notices.ts'
import { settings } from '../app/settings.ts'
import { causeOf } from '../operations/failure-cause.ts'
import { projects } from './projects.ts'

/** Operations that report their end where they were started. */
const NOTIFIED = ['reset', 'remove', 'clean', 'repair', 'clone', 'snapshot'] as const

/**
 * Tells whenever an operation has ended in the background, whoever began it, unless the person disabled it: a failure over
 * the page, what went well in the tray.
 */
export function notifyEndings(): () => void {
  return projects.subscribe((now, before) => {
    if (!before.projects || settings.getState().settings?.notifications === false) return
    const running = new Map(before.projects.map((project) => [project.key, project.operation]))
    for (const project of now.projects ?? []) {
      const ended = running.get(project.key)
      if (ended && project.operation?.id !== ended.id) notifyEnding(project, ended).catch(notifyFailure)
    }
  })
}

async function notifyEnding(
  { key: project, name, failure }: ProjectSummary,
  { id, kind }: NonNullable<ProjectSummary['operation']>,
): Promise<void> {
  if (isOneOf(kind, NOTIFIED) || isShown(project, location.hash)) return
  const state = (await client.operations.list({ project })).find((operation) => operation.id === id)?.state
  // A version that is built while another one runs is swapped in next, or waits, which the state shows.
  if (state === 'done' && kind !== 'build') record({ tone: 'good', text: t(`ended.${kind}`, { name }) })
  if (state !== 'failed' || failure?.operation !== id) return
  const text = t('ended.failed', { name, message: causeOf(failure.error) })
  const href = hrefOf({ screen: 'build', project, operation: id })
  notify({
    tone: 'bad',
    passes: true,
    text,
    hint: failure.error.hint,
    link: { text: t('action.view-error'), href },
  })
}

const isOneOf = <T extends string>(value: string, some: readonly T[]): value is T =>
  (some as readonly string[]).includes(value)
