import { ActionIcon, Button, Menu, Skeleton } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type ProjectKey, shortId, type VersionId } from '../../../../shared/ids.ts'
import type { ProjectSummary } from '../../../../shared/project.ts'
import type { Version } from '../../../../shared/version.ts'
import { client } from '../../../client/client.ts'
import { Chip } from '../../../components/Chip.tsx'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { ago, dateOf, number } from '../../../components/format.ts'
import type { Answer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { go } from '../../../route.ts'
import { changeMark } from '../../../store/actions/mark.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { wantReset } from '../../../store/actions/reset.ts'
import { beginWithSecrets } from '../../../store/actions/secrets.ts'
import { notifyFailure } from '../../../store/app/notices.ts'
import { ChangeList } from '../ChangeList.tsx'
import { contentsChange, countChanges, onlyPins } from '../changes.ts'
import './versions.css'

/** A card's height before it is measured, with the space below it. */
const CARD = 104

/** The timeline of versions, newest first. */
export function VersionsTab({ summary, versions }: { summary: ProjectSummary; versions: Answer<Version[]> }) {
  const list = useMemo(() => versions.value?.toSorted((a, b) => b.ordinal - a.ordinal), [versions.value])
  if (!list && versions.failure) return <FailureBox report={versions.failure.report} retry={versions.again} />
  if (!list) return <Skeleton height={300} />
  if (list.length === 0) {
    return (
      <div className="nothing card">
        <h2>{t('versions.none')}</h2>
        <p className="dim">{t('versions.noneHint')}</p>
        {summary.operation === null && (
          <Button variant="filled" onClick={() => void act('start', summary)}>
            {t('action.start')}
          </Button>
        )}
      </div>
    )
  }
  return <Timeline project={summary.key} summary={summary} list={list} again={versions.again} />
}

function Timeline({
  project,
  summary,
  list,
  again,
}: {
  project: ProjectKey
  summary: ProjectSummary
  list: Version[]
  again(): void
}) {
  const now = useNow()
  const top = useRef<HTMLOListElement>(null)
  const [margin, setMargin] = useState(0)
  const scroller = useRef<HTMLElement | null>(null)
  useEffect(() => {
    const content = document.getElementById('content')
    scroller.current = content
    const place = () => {
      if (!content || !top.current) return
      setMargin(
        Math.round(
          top.current.getBoundingClientRect().top - content.getBoundingClientRect().top + content.scrollTop,
        ),
      )
    }
    place()
    window.addEventListener('resize', place)
    return () => window.removeEventListener('resize', place)
  }, [])
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroller.current ?? document.getElementById('content'),
    estimateSize: () => CARD,
    overscan: 4,
    scrollMargin: margin,
    getItemKey: (index) => list[index]?.id ?? index,
  })
  const current = list.find((version) => version.current)
  const [newest, previous] = list
  const compare = useCallback(
    (from: Version, to: Version) => {
      const [old, now] = from.ordinal < to.ordinal ? [from, to] : [to, from]
      go({ screen: 'environment', project, tab: `compare-v${old.ordinal}-v${now.ordinal}` })
    },
    [project],
  )
  const nameOf = useCallback(
    (id: VersionId) => {
      const known = list.find((version) => version.id === id)
      return known ? `v${known.ordinal}` : shortId(id)
    },
    [list],
  )
  return (
    <section aria-label={t('environment.tab.versions')}>
      <div className="row tab-head">
        <h2 className="grow">{t('versions.count', { count: list.length, number: number(list.length) })}</h2>
        {newest && previous && (
          <Button onClick={() => compare(previous, newest)}>{t('versions.compareAny')}</Button>
        )}
      </div>
      <ol className="timeline" ref={top} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const version = list[item.index]
          if (!version) return null
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={list.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start - margin}px)` }}
            >
              <VersionCard
                version={version}
                previous={list[item.index + 1]}
                current={current}
                summary={summary}
                now={now}
                compare={compare}
                nameOf={nameOf}
                again={again}
              />
            </li>
          )
        })}
      </ol>
    </section>
  )
}

const VersionCard = memo(function VersionCard({
  version,
  previous,
  current,
  summary,
  now,
  compare,
  nameOf,
  again,
}: {
  version: Version
  previous: Version | undefined
  current: Version | undefined
  summary: ProjectSummary
  now: number
  compare(from: Version, to: Version): void
  nameOf(id: VersionId): string
  again(): void
}) {
  const { ordinal, present, because } = version
  const inside = useMemo(
    () => (previous?.contents && version.contents ? contentsChange(previous.contents, version.contents) : []),
    [previous, version],
  )
  const running = version.current && summary.state !== 'stopped'
  const at = Date.parse(version.createdAt)
  const look = running ? ' now' : version.wasReady === false && present ? ' bad' : present ? '' : ' gone'
  const name = `v${ordinal}`
  const project = summary.key
  return (
    <article className={`card version${look}`} aria-label={name}>
      <div className="version-head">
        <b>{name}</b>
        {version.knownGood && (
          <Chip tone="gold" icon="★">
            {t(version.marked ? 'versions.knownGoodMarked' : 'versions.knownGood')}
          </Chip>
        )}
        {version.current && (
          <Chip tone={running ? 'good' : 'plain'}>
            {t(running ? 'versions.running' : 'versions.stopped')}
          </Chip>
        )}
        {version.layerOn && <Chip>{t('versions.layerOn', { name: nameOf(version.layerOn) })}</Chip>}
        {version.wasReady === false && <Chip tone="bad">{t('versions.neverReady')}</Chip>}
        {onlyPins(because) && <Chip>{t('versions.baseImage')}</Chip>}
        {!present && <Chip>{t('versions.cleanedUp')}</Chip>}
        <span className="faint version-when">
          <time dateTime={version.createdAt} title={dateOf(at)}>
            {ago(at, now)}
          </time>
          {!present && ` · ${t(version.rebuildable ? 'versions.canBeBuilt' : 'versions.cannotBeBuilt')}`}
          {present && !version.plan && ` · ${t('versions.planLost')}`}
          {present && because.length === 0 && ` · ${t(previous ? 'versions.noReason' : 'versions.first')}`}
        </span>
        <span className="version-actions">
          {current && !version.current && (
            <Button onClick={() => compare(version, current)}>{t('versions.compareRunning')}</Button>
          )}
          {present && version.plan && (
            <Button
              onClick={() => void wantReset(project, name)}
              disabled={summary.operation !== null}
              aria-label={t('versions.resetToLabel', { name })}
            >
              {t('versions.resetTo')}
            </Button>
          )}
          {version.rebuildable && (
            <Button
              onClick={() =>
                void beginWithSecrets(project, () =>
                  client.versions.rebuild({ project, version: version.id }),
                ).catch(notifyFailure)
              }
              disabled={summary.operation !== null}
              aria-label={t('versions.rebuildLabel', { name })}
            >
              {t('versions.rebuild')}
            </Button>
          )}
          <VersionMenu
            version={version}
            other={previous ?? current}
            project={project}
            compare={compare}
            again={again}
          />
        </span>
      </div>
      <ChangeList changes={because} most={3} />
      {inside.length > 0 && <p className="version-inside mono">{insideText(inside)}</p>}
    </article>
  )
})

/** The rest of what can be done with a version. A menu costs much, so there is one from the first click on only. */
function VersionMenu({
  version,
  other,
  project,
  compare,
  again,
}: {
  version: Version
  other: Version | undefined
  project: ProjectKey
  compare(from: Version, to: Version): void
  again(): void
}) {
  const [wanted, setWanted] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { present } = version
  const label = t('versions.more', { name: `v${version.ordinal}` })
  const dots = <IconDots size={18} stroke={1.7} aria-hidden="true" />
  if (!wanted) {
    return (
      <ActionIcon
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={false}
        onClick={() => setWanted(true)}
      >
        {dots}
      </ActionIcon>
    )
  }
  return (
    <Menu position="bottom-end" withinPortal defaultOpened onClose={() => button.current?.focus()}>
      <Menu.Target>
        <ActionIcon ref={button} aria-label={label}>
          {dots}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {present && version.wasReady && !(version.knownGood && version.marked) && (
          <Menu.Item
            onClick={() =>
              void changeMark(() => client.versions.mark({ project, version: version.id })).then(again)
            }
          >
            {t('versions.mark')}
          </Menu.Item>
        )}
        {version.marked && version.knownGood && (
          <Menu.Item onClick={() => void changeMark(() => client.versions.unmark({ project })).then(again)}>
            {t('versions.unmark')}
          </Menu.Item>
        )}
        {other && <Menu.Item onClick={() => compare(other, version)}>{t('versions.compareWith')}</Menu.Item>}
        <Menu.Item onClick={() => void navigator.clipboard.writeText(version.id)}>
          {t('versions.copyId')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function insideText(inside: Parameters<typeof countChanges>[0]): string {
  const { added, removed, changed } = countChanges(inside)
  return [
    ...(added > 0 ? [t('versions.added', { count: added })] : []),
    ...(removed > 0 ? [t('versions.removed', { count: removed })] : []),
    ...(changed > 0 ? [t('versions.changed', { count: changed })] : []),
  ].join(', ')
}

/** The time, so that ages grow while the page is open. */
function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
