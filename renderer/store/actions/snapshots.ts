import type { ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { duration } from '../../components/format.ts'
import { t } from '../../messages/messages.ts'
import { closeDialog } from '../app/dialogs.ts'
import { replaceEnvironment } from './replace-environment.ts'
import { askingForSecrets } from './secrets.ts'

/** Captures the data; an empty name leaves it to the engine to find one. */
export async function takeSnapshot(project: ProjectKey, name: string): Promise<void> {
  closeDialog()
  const work = {
    begin: (trust?: string) =>
      client.snapshots.take({ project, ...(name !== '' && { name }), ...granted(trust) }),
    done: (time: number) => t('snapshots.takeDialog.done', { time: duration(time) }),
    cancelled: t('snapshots.takeDialog.cancelled'),
  }
  await askingForSecrets(project, () => replaceEnvironment(project, work))
}

/** Gives the data the content of a snapshot. */
export async function restoreSnapshot(project: ProjectKey, name: string): Promise<void> {
  closeDialog()
  const work = {
    begin: (trust?: string) => client.snapshots.restore({ project, name, ...granted(trust) }),
    done: (time: number) => t('snapshots.restoreDialog.done', { name, time: duration(time) }),
    cancelled: t('snapshots.restoreDialog.cancelled'),
  }
  await askingForSecrets(project, () => replaceEnvironment(project, work))
}

const granted = (trust: string | undefined) => (trust === undefined ? {} : { trust })
