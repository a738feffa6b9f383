import { useState } from 'react'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { nameProblem } from '../../../store/actions/snapshot-rules.ts'
import { FileDialog } from './FileDialog.tsx'
import { NameField } from './NameField.tsx'
import { useFileJob } from './use-file-job.ts'

/** Asks from which file a snapshot is to be read, and reads it. */
export function ImportDialog({ project, done }: { project: ProjectKey; done: (() => void) | undefined }) {
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  const others = useAnswer(project, (signal) => client.snapshots.list({ project }, { signal }))
  const job = useFileJob(project, done)
  const file = text.trim()
  const misnamed = name === '' ? undefined : nameProblem(name, others.value?.map((one) => one.name) ?? [])
  return (
    <FileDialog
      project={project}
      title={t('snapshots.importDialog.title')}
      about={t('snapshots.importDialog.about')}
      hint={t('snapshots.importDialog.source')}
      file={text}
      changeFile={setText}
      problem={file === '' || misnamed ? '' : undefined}
      job={job}
      confirm={t('snapshots.importDialog.confirm')}
      submit={() =>
        job.begin(() => client.snapshots.import({ project, file, ...(name !== '' && { name }) }), {
          done: t('snapshots.importDialog.done'),
          cancelled: t('snapshots.importDialog.cancelled'),
        })
      }
    >
      <NameField
        label={t('snapshots.takeDialog.optional')}
        placeholder={t('snapshots.importDialog.ownName')}
        value={name}
        change={setName}
        problem={misnamed}
        focus={false}
      />
    </FileDialog>
  )
}
