import type { ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { duration } from '../../components/format.ts'
import { t } from '../../messages/messages.ts'
import { closeDialog, showDialog } from '../app/dialogs.ts'
import { notifyFailure } from '../app/notices.ts'
import { changeSettings, resetsUnasked, settings } from '../app/settings.ts'
import { replaceEnvironment } from './replace-environment.ts'
import type { DataReset } from './reset-data.ts'
import { askingForSecrets } from './secrets.ts'

/** Asks again before each reset of a project. */
export async function askBeforeReset(project: ProjectKey): Promise<void> {
  const unasked = settings.getState().settings?.resetUnasked ?? []
  await changeSettings({ resetUnasked: unasked.filter((key) => key !== project) }).catch(notifyFailure)
}

/** Resets at once if the person chose not to be asked, otherwise asks. `to`: a version's name, else known-good. */
export async function wantReset(project: ProjectKey, to?: string): Promise<void> {
  if (!resetsUnasked(project)(settings.getState()))
    return showDialog({ kind: 'reset', project, ...(to !== undefined && { to }) })
  await askingForSecrets(project, () => reset(project, to))
}

/**
 * Resets what the dialog asked about, and remembers not to ask again if that was chosen. `data`: what the data becomes;
 * without it, it stays.
 */
export async function confirmReset(
  project: ProjectKey,
  to: string | undefined,
  { unasked, data }: { unasked: boolean; data: DataReset | undefined },
): Promise<void> {
  closeDialog()
  const resetUnasked = settings.getState().settings?.resetUnasked ?? []
  const remembered =
    unasked && !resetUnasked.includes(project)
      ? changeSettings({ resetUnasked: [...resetUnasked, project] }).catch(notifyFailure)
      : undefined
  await askingForSecrets(project, () => reset(project, to, data))
  await remembered
}

async function reset(project: ProjectKey, to: string | undefined, data?: DataReset): Promise<void> {
  let target = to ?? ''
  await replaceEnvironment(project, {
    begin: async (trust) => {
      target = to ?? `v${(await client.versions.list({ project })).find((one) => one.knownGood)?.ordinal}`
      return client.environment.reset({
        project,
        ...(to !== undefined && { to }),
        ...data,
        ...(trust !== undefined && { trust }),
      })
    },
    done: (time) => {
      const words = { to: target, time: duration(time) }
      if (!data) return t('reset.done', words)
      return data.snapshot === null
        ? t('reset.doneFresh', words)
        : t('reset.doneData', { ...words, name: data.snapshot })
    },
    cancelled: t('reset.cancelled'),
  })
}
