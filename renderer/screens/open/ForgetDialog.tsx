import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { t } from '../../messages/messages.ts'
import '../environment/dialogs.css'
import { closeDialog } from '../../store/app/dialogs.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { projectOf, projects } from '../../store/projects/projects.ts'

/** Asks before a project is taken off the list. */
export default function ForgetDialog({ project }: { project: ProjectKey }) {
  const name = useStore(projects, projectOf(project))?.name ?? project
  const forget = () => {
    closeDialog()
    client.projects.forget({ project }).catch(notifyFailure)
  }
  return (
    <Dialog opened onClose={closeDialog} className="dialog" title={t('forget.title', { name })} size={460}>
      <p>{t('forget.kept')}</p>
      <div className="dialog-buttons">
        <Button data-autofocus onClick={closeDialog}>
          {t('common.cancel')}
        </Button>
        <Button variant="filled" onClick={forget}>
          {t('forget.do')}
        </Button>
      </div>
    </Dialog>
  )
}
