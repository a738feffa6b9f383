import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { Snapshot } from '../../../../shared/snapshot.ts'
import { client } from '../../../client/client.ts'
import { Dialog } from '../../../components/Dialog.tsx'
import { ago, size } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'
import { closeDialog } from '../../../store/app/dialogs.ts'
import { notify, notifyFailure } from '../../../store/app/notices.ts'

/** Asks before a snapshot is deleted. */
export function DeleteDialog({
  project,
  snapshot: { name, takenAt, bytes },
  done,
}: {
  project: ProjectKey
  snapshot: Snapshot
  done: (() => void) | undefined
}) {
  const [busy, setBusy] = useState(false)
  const remove = async () => {
    setBusy(true)
    try {
      await client.snapshots.delete({ project, name })
      notify({ tone: 'good', text: t('snapshots.deleteDialog.done', { name }) })
    } catch (error) {
      notifyFailure(error)
    }
    closeDialog()
    done?.()
  }
  return (
    <Dialog
      opened
      onClose={closeDialog}
      size={460}
      className="dialog"
      title={t('snapshots.deleteDialog.title', { name })}
    >
      <p>{t('snapshots.deleteDialog.lost', { ago: ago(Date.parse(takenAt), Date.now()) })}</p>
      {bytes !== null && (
        <dl className="dialog-facts">
          <dt>{t('snapshots.deleteDialog.frees')}</dt>
          <dd>{bytes === 0 ? t('snapshots.deleteDialog.nothing') : size(bytes)}</dd>
        </dl>
      )}
      <div className="dialog-buttons">
        <Button data-autofocus onClick={closeDialog}>
          {t('dialog.cancel')}
        </Button>
        <Button variant="filled" color="bad" loading={busy} onClick={() => void remove()}>
          {t('snapshots.deleteDialog.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}
