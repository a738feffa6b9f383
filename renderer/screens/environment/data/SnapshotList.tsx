import { Button } from '@mantine/core'
import type { ProjectData } from '../../../../shared/data.ts'
import type { Snapshot } from '../../../../shared/snapshot.ts'
import { Chip } from '../../../components/Chip.tsx'
import { ago, dateOf } from '../../../components/format.ts'
import { MoreMenu } from '../../../components/MoreMenu.tsx'
import { t } from '../../../messages/messages.ts'
import { copyFromMenu } from '../../../store/app/clipboard.ts'
import type { SnapshotJob } from '../../../store/app/dialogs.ts'
import { isAutomatic, snapshotFacts } from './data-text.ts'

/** The snapshots, newest first. */
export function SnapshotList({
  list,
  data,
  busy,
  ask,
}: {
  list: Snapshot[]
  data: ProjectData
  busy: boolean
  ask(job: SnapshotJob): void
}) {
  if (list.length === 0) {
    return (
      <div className="nothing card">
        <h3>{t('snapshots.none')}</h3>
        <p className="dim">{t('snapshots.noneHint')}</p>
      </div>
    )
  }
  return (
    <>
      <ul className="card snapshots">
        {list.map((snapshot) => (
          <li key={snapshot.name}>
            <Row snapshot={snapshot} data={data} busy={busy} ask={ask} />
          </li>
        ))}
      </ul>
      {list.some(isAutomatic) && <p className="dim data-capture">{t('snapshots.automaticKept')}</p>}
    </>
  )
}

function Row({
  snapshot,
  data: { volumes: today, capture },
  busy,
  ask,
}: {
  snapshot: Snapshot
  data: ProjectData
  busy: boolean
  ask(job: SnapshotJob): void
}) {
  const { name, takenAt, origin, present } = snapshot
  const at = Date.parse(takenAt)
  return (
    <article className="snapshot" aria-label={name}>
      <div className="snapshot-who">
        <div className="snapshot-name">
          <b className="mono">{name}</b>
          {isAutomatic(snapshot) && <Chip>{t('snapshots.automatic')}</Chip>}
          {(origin === 'imported' || origin === 'seed') && <Chip>{t(`snapshots.${origin}`)}</Chip>}
          {!present && <Chip tone="bad">{t('snapshots.gone')}</Chip>}
          <time className="faint" dateTime={takenAt} title={dateOf(at)}>
            {ago(at, Date.now())}
          </time>
        </div>
        <div className="dim snapshot-facts">{snapshotFacts(snapshot, today)}</div>
        {!present && <div className="dim">{t('snapshots.goneWhy')}</div>}
      </div>
      <div className="snapshot-actions">
        <Button
          disabled={busy || !present || capture === 'none'}
          onClick={() => ask({ kind: 'restore', snapshot })}
          aria-label={t('snapshots.restoreLabel', { name })}
        >
          {t('snapshots.restore')}
        </Button>
        <MoreMenu
          label={t('snapshots.more', { name })}
          groups={[
            [
              {
                label: t('snapshots.rename'),
                run: () => ask({ kind: 'rename', snapshot }),
                disabled: busy,
              },
              {
                label: t('snapshots.export'),
                run: () => ask({ kind: 'export', snapshot }),
                disabled: busy || !present || capture === 'none',
              },
              { label: t('snapshots.copy'), run: () => copyFromMenu(name, t('snapshots.nameCopied')) },
              {
                label: t('snapshots.delete'),
                run: () => ask({ kind: 'delete', snapshot }),
                disabled: busy,
                destructive: true,
              },
            ],
          ]}
        />
      </div>
    </article>
  )
}
