import { Button } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'
import { Dialog } from '../../../components/Dialog.tsx'
import { size } from '../../../components/format.ts'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { nameProblem } from '../../../store/actions/snapshot-rules.ts'
import { takeSnapshot } from '../../../store/actions/snapshots.ts'
import { closeDialog } from '../../../store/app/dialogs.ts'
import { projectOf, projects } from '../../../store/projects/projects.ts'
import { lossText, useLoss } from '../loss.ts'
import { bytesOf, countText } from './data-text.ts'
import { NameField } from './NameField.tsx'

/** Asks for the name of a new snapshot, and says what is replaced for it. */
export function TakeDialog({ project }: { project: ProjectKey }) {
  const [name, setName] = useState('')
  const shown = useStore(projects, projectOf(project))?.name ?? project
  const loss = useLoss(project)
  const data = useAnswer(project, (signal) => client.environment.data({ project }, { signal }))
  const others = useAnswer(project, (signal) => client.snapshots.list({ project }, { signal }))
  const taken = others.value?.map((one) => one.name) ?? []
  const problem = name === '' ? undefined : nameProblem(name, taken)
  const bytes = data.value && bytesOf(data.value.volumes)
  return (
    <Dialog
      opened
      onClose={closeDialog}
      size={520}
      className="dialog"
      title={t('snapshots.takeDialog.title', { name: shown })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!problem) void takeSnapshot(project, name)
        }}
      >
        <p className="dim">
          {t(
            loss.value?.containers === 0 ? 'snapshots.takeDialog.aboutNothing' : 'snapshots.takeDialog.about',
          )}
        </p>
        <dl className="dialog-facts" aria-live="polite">
          <dt>{t('snapshots.takeDialog.captured')}</dt>
          <dd>
            {!data.value
              ? t('data.measuring')
              : data.value.capture === 'copies' && bytes
                ? t('snapshots.takeDialog.copied', { size: size(bytes) })
                : countText(data.value.volumes)}
          </dd>
          <dt>{t('reset.replaced')}</dt>
          <dd>{lossText(loss)}</dd>
        </dl>
        <NameField
          label={t('snapshots.takeDialog.optional')}
          value={name}
          change={setName}
          problem={problem}
        />
        <div className="dialog-buttons">
          <Button onClick={closeDialog}>{t('dialog.cancel')}</Button>
          <Button type="submit" variant="filled" disabled={problem !== undefined}>
            {t('snapshots.takeDialog.confirm')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
