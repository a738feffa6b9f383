import { Button, Skeleton } from '@mantine/core'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { client } from '../../../client/client.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { type SnapshotJob, showDialog } from '../../../store/app/dialogs.ts'
import { useSettled } from '../use-settled.ts'
import { DataProgress } from './DataProgress.tsx'
import { countText } from './data-text.ts'
import { SnapshotList } from './SnapshotList.tsx'
import { VolumeTable } from './VolumeTable.tsx'
import './data.css'

/** The data of an environment: its volumes, its snapshots, and what can be done with them. */
export default function DataTab({ summary, facts }: { summary: ProjectSummary; facts: string }) {
  const { key: project, operation, state } = summary
  const settled = useSettled(summary, facts)
  const data = useAnswer(settled, (signal) => client.environment.data({ project }, { signal }))
  const snapshots = useAnswer(settled, (signal) => client.snapshots.list({ project }, { signal }))
  const failed = data.failure && !data.value ? data : snapshots.failure && !snapshots.value ? snapshots : null
  const ask = (job: SnapshotJob) => showDialog({ kind: 'snapshot', project, job, done: snapshots.again })
  const progress = operation?.kind === 'snapshot' && (
    <DataProgress key={operation.id} project={project} operation={operation.id} />
  )
  if (failed?.failure) return <FailureBox report={failed.failure.report} retry={failed.again} />
  if (!data.value || !snapshots.value) {
    return (
      <div className="data">
        {progress}
        <span className="hidden" role="status">
          {t('data.loading')}
        </span>
        <Skeleton height={120} />
        <Skeleton height={180} />
      </div>
    )
  }
  const { volumes, capture } = data.value
  const busy = operation !== null
  const never = state === 'absent' && summary.version === null
  const head = (
    <div className="row tab-head data-head">
      <h2 className="grow">
        {snapshots.value.length === 0
          ? t('snapshots.title')
          : t('snapshots.count', { count: snapshots.value.length })}
      </h2>
      <Button disabled={busy || never || capture === 'none'} onClick={() => ask({ kind: 'import' })}>
        {t('snapshots.import')}
      </Button>
      <Button
        variant="filled"
        disabled={busy || volumes.length === 0 || capture === 'none'}
        onClick={() => ask({ kind: 'take' })}
      >
        {t('snapshots.take')}
      </Button>
    </div>
  )
  return (
    <section className="data" aria-label={t('environment.tab.data')}>
      {progress}
      {volumes.length === 0 ? (
        <div className="nothing card">
          <h2>{t(never ? 'data.noneYet' : 'data.none')}</h2>
          <p className="dim">{t(never ? 'data.noneYetHint' : 'data.noneHint')}</p>
          {!busy &&
            (never ? (
              <Button variant="filled" onClick={() => void act('start', summary)}>
                {t('action.start')}
              </Button>
            ) : (
              <Button onClick={() => void act('definition', summary)}>{t('action.definition')}</Button>
            ))}
        </div>
      ) : (
        <>
          <h2>{countText(volumes)}</h2>
          <VolumeTable volumes={volumes} />
          <p className="dim data-capture">{t(`data.capture.${capture}`)}</p>
        </>
      )}
      {(volumes.length > 0 || snapshots.value.length > 0) && (
        <>
          {head}
          <SnapshotList list={snapshots.value} data={data.value} busy={busy} ask={ask} />
        </>
      )}
    </section>
  )
}
