import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { t } from '../../messages/messages.ts'
import { notifyEnd } from '../../store/actions/replace-environment.ts'
import { closeDialog } from '../../store/app/dialogs.ts'
import { notify, notifyFailure } from '../../store/app/notices.ts'
import { whenEnded } from '../../store/operations/operation-end.ts'
import { projectOf, projects } from '../../store/projects/projects.ts'
import './dialogs.css'

/** Asks before an environment is removed. Data and versions go only where their box is ticked. */
export default function RemoveDialog({ project }: { project: ProjectKey }) {
  const [data, setData] = useState(false)
  const [versions, setVersions] = useState(false)
  const name = useStore(projects, projectOf(project))?.name ?? project
  const kept = [
    t('remove.source'),
    ...(data ? [] : [t('remove.data')]),
    ...(versions ? [] : [t('remove.versions')]),
  ]
  const lost = [
    t('remove.containers'),
    ...(data ? [t('remove.data')] : []),
    ...(versions ? [t('remove.versions')] : []),
  ]
  const remove = async () => {
    closeDialog()
    try {
      const { operation } = await client.environment.remove({ project, data, versions })
      const end = await whenEnded(project, operation)
      if (end.state === 'done') notify({ tone: 'good', text: t('remove.done', { name }) })
      else notifyEnd(project, operation, end, t('remove.cancelled'))
    } catch (error) {
      notifyFailure(error)
    }
  }
  return (
    <Dialog opened onClose={closeDialog} size={520} title={t('remove.title', { name })} className="dialog">
      <dl className="dialog-facts" aria-live="polite">
        <dt>{t('remove.removed')}</dt>
        <dd>{lost.join(', ')}</dd>
        <dt>{t('reset.kept')}</dt>
        <dd>{kept.join(', ')}</dd>
      </dl>
      <div className="dialog-boxes">
        <Checkbox
          checked={data}
          onChange={(event) => setData(event.currentTarget.checked)}
          label={t('remove.alsoData')}
          description={t('remove.dataLost')}
        />
        <Checkbox
          checked={versions}
          onChange={(event) => setVersions(event.currentTarget.checked)}
          label={t('remove.alsoVersions')}
          description={t('remove.versionsLost')}
        />
      </div>
      <div className="dialog-buttons">
        <Button data-autofocus onClick={closeDialog}>
          {t('dialog.cancel')}
        </Button>
        <Button variant="filled" color="bad" onClick={() => void remove()}>
          {t('remove.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}
