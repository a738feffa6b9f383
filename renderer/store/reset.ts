import type { ProjectKey } from '../../shared/ids.ts'
import { client } from '../client/client.ts'
import { duration } from '../components/format.ts'
import { t } from '../messages/messages.ts'
import { closeDialog, showDialog } from './dialogs.ts'
import { notifyFailure } from './notices.ts'
import { replaceEnvironment } from './replace-environment.ts'
import { askingForSecrets } from './secrets.ts'
import { changeSettings, settings } from './settings.ts'

/** Whether a project's reset is confirmed by the person each time. */
const asksReset = (project: ProjectKey): boolean =>
  !settings.getState().settings?.resetUnasked.includes(project)

/** Resets at once if the person chose not to be asked, otherwise asks. `to`: a version's name, else known-good. */
export async function wantReset(project: ProjectKey, to?: string): Promise<void> {
  if (asksReset(project)) return showDialog({ kind: 'reset', project, ...(to !== undefined && { to }) })
  await askingForSecrets(project, () => reset(project, to))
}

/** Resets what the dialog asked about, and remembers not to ask again if that was chosen. */
export async function confirmReset(
  project: ProjectKey,
  to: string | undefined,
  unasked: boolean,
): Promise<void> {
  closeDialog()
  const resetUnasked = settings.getState().settings?.resetUnasked ?? []
  const remembered =
    unasked && !resetUnasked.includes(project)
      ? changeSettings({ resetUnasked: [...resetUnasked, project] }).catch(notifyFailure)
      : undefined
  await askingForSecrets(project, () => reset(project, to))
  await remembered
}

async function reset(project: ProjectKey, to: string | undefined): Promise<void> {
  let target = to ?? ''
  await replaceEnvironment(project, {
    begin: async (trust) => {
      target = to ?? `v${(await client.versions.list({ project })).find((one) => one.knownGood)?.ordinal}`
      return client.environment.reset({
        project,
        ...(to !== undefined && { to }),
        ...(trust !== undefined && { trust }),
      })
    },
    done: (time) => t('reset.done', { to: target, time: duration(time) }),
    cancelled: t('reset.cancelled'),
  })
}
