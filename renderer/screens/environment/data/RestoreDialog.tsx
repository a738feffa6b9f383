import { Button } from '@mantine/core'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { Snapshot } from '../../../../shared/snapshot.ts'
import { client } from '../../../client/client.ts'
import { Dialog } from '../../../components/Dialog.tsx'
import { ago, size } from '../../../components/format.ts'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { restoreSnapshot } from '../../../store/actions/snapshots.ts'
import { closeDialog } from '../../../store/app/dialogs.ts'
import { lossText, useLoss } from '../loss.ts'
import { bytesOf, isAutomatic } from './data-text.ts'

/** Asks before the data is replaced by that of a snapshot. */
export function RestoreDialog({ project, snapshot }: { project: ProjectKey; snapshot: Snapshot }) {
  const { name, takenAt, volumes } = snapshot
  const loss = useLoss(project)
  const data = useAnswer(project, (signal) => client.environment.data({ project }, { signal })).value
  const bytes = data ? bytesOf(data.volumes) : null
  const others = data?.volumes.filter((one) => !volumes.includes(one.name)).map((one) => one.name) ?? []
  const emptied = isAutomatic(snapshot) ? [] : others
  return (
    <Dialog
      opened
      onClose={closeDialog}
      size={520}
      className="dialog"
      title={t('snapshots.restoreDialog.title', { name })}
    >
      <p className="dim">
        {t('snapshots.restoreDialog.about', { ago: ago(Date.parse(takenAt), Date.now()) })}
      </p>
      <dl className="dialog-facts" aria-live="polite">
        <dt>{t('reset.replaced')}</dt>
        <dd>
          {bytes === null
            ? t('snapshots.restoreDialog.todayUnknown', { name })
            : t('snapshots.restoreDialog.today', { name, size: size(bytes) })}
          {loss.value?.containers !== 0 && `; ${lossText(loss)}`}
        </dd>
        <dt>{t('reset.kept')}</dt>
        <dd>{t('snapshots.restoreDialog.kept')}</dd>
      </dl>
      {emptied.length > 0 && (
        <p className="data-warning">
          {t('snapshots.restoreDialog.empty', { count: emptied.length, volumes: emptied.join(', ') })}
        </p>
      )}
      {data?.capture === 'copies' && <p className="dim">{t('snapshots.restoreDialog.copies')}</p>}
      <div className="dialog-buttons">
        <Button data-autofocus onClick={closeDialog}>
          {t('dialog.cancel')}
        </Button>
        <Button variant="filled" color="bad" onClick={() => void restoreSnapshot(project, name)}>
          {t('snapshots.restoreDialog.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}
