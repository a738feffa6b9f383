import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import type { OperationEnd } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { t } from '../../messages/messages.ts'
import { go, hrefOf } from '../../route.ts'
import { type CloneWanted, closeDialog, dialogs, showDialog } from '../app/dialogs.ts'
import { notify, notifyFailure } from '../app/notices.ts'
import { whenEnded } from '../operations/operation-end.ts'
import { needsGrant } from './start.ts'

/**
 * Begins to clone and shows how it goes on; a clone that is there already is opened. Errors: those of `projects.clone`.
 */
export async function clone(wanted: CloneWanted): Promise<void> {
  const { source, reference, destination } = wanted
  const { project, operation } = await client.projects.clone({ source, reference, destination })
  if (operation === null) {
    await arrive(project)
    return
  }
  showDialog({ kind: 'clone', project, operation, wanted })
  void whenEnded(project, operation).then((end) => finish(project, operation, wanted, end), notifyFailure)
}

/** Follows the person, or notifies them where they are now. */
function finish(project: ProjectKey, operation: OperationId, { name }: CloneWanted, end: OperationEnd): void {
  const { dialog } = dialogs.getState()
  const shown = dialog?.kind === 'clone' && dialog.operation === operation
  switch (end.state) {
    case 'done': {
      if (shown) {
        void arrive(project)
        return
      }
      const href = hrefOf({ screen: 'environment', project, tab: 'overview' })
      notify({
        tone: 'good',
        text: t('clone.done', { name }),
        link: { text: t('clone.open', { name }), href },
      })
      return
    }
    case 'failed':
      // The dialog shows it itself.
      if (shown) return
      notify({ tone: 'bad', text: end.error.message, why: end.error.why, hint: end.error.hint })
      return
    case 'cancelled':
    case 'lost':
      if (shown) closeDialog()
      notify({ tone: end.state === 'lost' ? 'bad' : 'good', text: t(`clone.${end.state}`, { name }) })
  }
}

/** Goes to what was opened or cloned, and shows what it asks for, where that needs a person's trust. */
export async function arrive(project: ProjectKey): Promise<void> {
  go({ screen: 'environment', project, tab: 'overview' })
  const asked = await needsGrant(project)
  if (asked) showDialog({ kind: 'trust', project })
  else closeDialog()
}
