import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ProjectData } from '../../../../shared/data.ts'
import type { Snapshot } from '../../../../shared/snapshot.ts'
import { Chip } from '../../../components/Chip.tsx'
import { ago, dateOf } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'
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
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon aria-label={t('snapshots.more', { name })}>
              <IconDots size={18} stroke={1.7} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item disabled={busy} onClick={() => ask({ kind: 'rename', snapshot })}>
              {t('snapshots.rename')}
            </Menu.Item>
            <Menu.Item
              disabled={busy || !present || capture === 'none'}
              onClick={() => ask({ kind: 'export', snapshot })}
            >
              {t('snapshots.export')}
            </Menu.Item>
            <Menu.Item onClick={() => void navigator.clipboard.writeText(name)}>
              {t('snapshots.copy')}
            </Menu.Item>
            <Menu.Item
              color="bad"
              className="menu-bad"
              disabled={busy}
              onClick={() => ask({ kind: 'delete', snapshot })}
            >
              {t('snapshots.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </article>
  )
}
