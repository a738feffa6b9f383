import { Button, Skeleton } from '@mantine/core'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { type ProjectKey, shortId, type VersionId } from '../../../../shared/ids.ts'
import type { ProjectSummary } from '../../../../shared/project.ts'
import type { Version } from '../../../../shared/version.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { number } from '../../../components/format.ts'
import type { Answer } from '../../../components/use-answer.ts'
import { useVirtualList } from '../../../components/use-virtual-list.ts'
import { t } from '../../../messages/messages.ts'
import { go } from '../../../route.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { VersionCard } from './VersionCard.tsx'
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
  const shown = useVirtualList<HTMLOListElement>({
    count: list.length,
    height: CARD,
    keyOf: (index) => list[index]?.id ?? index,
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
      <ol className="timeline" ref={shown.list} style={{ height: shown.height }}>
        {shown.items.map(({ key, index, style }) => {
          const version = list[index]
          if (!version) return null
          return (
            <li
              key={key}
              ref={shown.measure}
              data-index={index}
              aria-setsize={list.length}
              aria-posinset={index + 1}
              style={style}
            >
              <VersionCard
                version={version}
                previous={list[index + 1]}
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

/** The time, so that ages grow while the page is open. */
function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
