import type { ProjectKey } from '../../../../shared/ids.ts'
import type { SnapshotJob } from '../../../store/app/dialogs.ts'
import { DeleteDialog } from './DeleteDialog.tsx'
import { ExportDialog } from './ExportDialog.tsx'
import { ImportDialog } from './ImportDialog.tsx'
import { RenameDialog } from './RenameDialog.tsx'
import { RestoreDialog } from './RestoreDialog.tsx'
import { TakeDialog } from './TakeDialog.tsx'
import '../dialogs.css'
import './data.css'

/** Asks before something is done with data. `done` is called when the snapshots have changed. */
export default function SnapshotDialog({
  project,
  job,
  done,
}: {
  project: ProjectKey
  job: SnapshotJob
  done?: () => void
}) {
  switch (job.kind) {
    case 'take':
      return <TakeDialog project={project} />
    case 'restore':
      return <RestoreDialog project={project} snapshot={job.snapshot} />
    case 'rename':
      return <RenameDialog project={project} snapshot={job.snapshot} done={done} />
    case 'delete':
      return <DeleteDialog project={project} snapshot={job.snapshot} done={done} />
    case 'export':
      return <ExportDialog project={project} snapshot={job.snapshot} />
    case 'import':
      return <ImportDialog project={project} done={done} />
  }
}
