import { useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { Snapshot } from '../../../../shared/snapshot.ts'
import { client } from '../../../client/client.ts'
import { t } from '../../../messages/messages.ts'
import { exportFile } from '../../../store/actions/snapshot-rules.ts'
import { projectOf, projects } from '../../../store/projects/projects.ts'
import { FileDialog } from './FileDialog.tsx'
import { useFileJob } from './use-file-job.ts'

/** Asks where a snapshot is to be written, and writes it. */
export function ExportDialog({ project, snapshot: { name } }: { project: ProjectKey; snapshot: Snapshot }) {
  const shown = useStore(projects, projectOf(project))?.name ?? project
  const [text, setText] = useState(exportFile(shown, name))
  const job = useFileJob(project, undefined)
  const file = text.trim()
  const problem = file === '' ? '' : file.endsWith('.tar') ? undefined : t('snapshots.fileTar')
  return (
    <FileDialog
      project={project}
      title={t('snapshots.exportDialog.title', { name })}
      about={t('snapshots.exportDialog.about')}
      hint={t('snapshots.fileHint')}
      file={text}
      changeFile={setText}
      problem={problem}
      job={job}
      confirm={t('snapshots.exportDialog.confirm')}
      submit={() =>
        job.begin(() => client.snapshots.export({ project, name, file }), {
          done: t('snapshots.exportDialog.done', { name, file }),
          cancelled: t('snapshots.exportDialog.cancelled'),
        })
      }
    />
  )
}
