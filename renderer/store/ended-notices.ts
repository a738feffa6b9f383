import type { ProjectSummary } from '../../shared/project.ts'
import { client } from '../client/client.ts'
import { t } from '../messages/messages.ts'
import { hrefOf } from '../route.ts'
import { tell, tellFailure } from './notices.ts'
import { projects } from './projects.ts'
import { settings } from './settings.ts'
import { operationKind } from './standing.ts'

/** What tells its end itself, where it was asked for. */
const TOLD = new Set(['reset', 'remove', 'clean', 'repair', 'clone'])

/** Tells whenever an operation has ended, whoever began it, unless the person does not want to know. */
export function tellEndings(): () => void {
  return projects.subscribe((now, before) => {
    if (!before.projects || settings.getState().settings?.notifications === false) return
    const running = new Map(before.projects.map((project) => [project.key, project.operation]))
    for (const project of now.projects ?? []) {
      const ended = running.get(project.key)
      if (ended && project.operation?.id !== ended.id) tellEnding(project, ended).catch(tellFailure)
    }
  })
}

async function tellEnding(
  { key: project, name, failure }: ProjectSummary,
  { id, what }: NonNullable<ProjectSummary['operation']>,
): Promise<void> {
  const kind = operationKind(what)
  if (TOLD.has(kind)) return
  // A version that is built beside what runs is swapped in next, or waits, which the state says.
  const runs = kind !== 'build' || what.startsWith('bringing up ')
  const href = hrefOf({ screen: 'build', project, operation: id })
  if (location.hash === href) return
  const state = (await client.operations.list({ project })).find((operation) => operation.id === id)?.state
  if (state === 'done' && runs) tell({ tone: 'good', text: t(`ended.${kind as 'build'}`, { name }) })
  if (state !== 'failed' || failure?.operation !== id) return
  const { message, hint } = failure.error
  const text = t('ended.failed', { name, message })
  tell({ tone: 'bad', passes: true, text, hint, link: { text: t('action.view-error'), href } })
}
