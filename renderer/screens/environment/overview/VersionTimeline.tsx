import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { Status } from '../../../../shared/environment.ts'
import { shortId } from '../../../../shared/ids.ts'
import type { ProjectSummary } from '../../../../shared/project.ts'
import type { Version } from '../../../../shared/version.ts'
import { Chip } from '../../../components/Chip.tsx'
import { ago, dateOf } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'
import { go, hrefOf } from '../../../route.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { wantReset } from '../../../store/actions/reset.ts'
import { resetsUnasked, settings } from '../../../store/app/settings.ts'
import { resetChoice } from '../../../store/versions/reset-choice.ts'
import { type TimelineEntry, timelineOf } from '../../../store/versions/version-timeline.ts'
import { ChangeList } from '../ChangeList.tsx'
import './version-timeline.css'

/** The versions that count now: what is wanted, what runs, known-good, where a reset leads; each with its reasons. */
export function VersionTimeline({
  summary,
  status,
  versions,
}: {
  summary: ProjectSummary
  /** Undefined until it is known what the definition wants. */
  status: Status | undefined
  versions: Version[]
}) {
  const now = Date.now()
  const unasked = useStore(settings, resetsUnasked(summary.key))
  // The dialog proposes; without it, a reset leads to known-good.
  const target = unasked
    ? versions.find(({ knownGood }) => knownGood)
    : resetChoice(versions, summary, now)?.target
  const entries = timelineOf(versions, summary.version?.id, status, target?.id)
  if (entries.length === 0) return null
  return (
    <section className="overview-card overview-versions">
      <div className="row">
        <h2 className="grow">{t('timeline.title')}</h2>
        <a href={hrefOf({ screen: 'environment', project: summary.key, tab: 'versions' })}>
          {t('timeline.all', { count: versions.length })}
        </a>
      </div>
      <ol className="version-timeline">
        {entries.map((entry) => (
          <Entry
            key={entry.version?.id ?? 'wanted'}
            entry={entry}
            summary={summary}
            wanted={status?.wanted ?? null}
            versions={versions}
            now={now}
          />
        ))}
      </ol>
    </section>
  )
}

function Entry({
  entry,
  summary,
  wanted: plan,
  versions,
  now,
}: {
  entry: TimelineEntry
  summary: ProjectSummary
  wanted: Status['wanted']
  versions: Version[]
  now: number
}) {
  const { ordinal, roles, version, because } = entry
  const runs = roles.includes('running')
  const wanted = roles.includes('wanted')
  const at = version && Date.parse(version.createdAt)
  return (
    <li className={wanted ? 'wanted' : runs ? 'running' : undefined}>
      <div className="timeline-what">
        <h3>{wanted ? wantedTitle(plan, ordinal) : `v${ordinal}`}</h3>
        {runs && (
          <Chip tone={summary.state === 'ready' ? 'good' : 'plain'}>
            {t(summary.state === 'stopped' ? 'versions.stopped' : 'versions.running')}
          </Chip>
        )}
        {roles.includes('known-good') && (
          <Chip tone="gold" icon="★">
            {t(version?.marked ? 'versions.knownGoodMarked' : 'versions.knownGood')}
          </Chip>
        )}
        {version?.layerOn && <Chip>{t('versions.layer')}</Chip>}
        {roles.includes('reset') && (
          <Chip icon="↩">{t(runs ? 'timeline.resetFresh' : 'timeline.resetHere')}</Chip>
        )}
        {at !== undefined && (
          <time className="faint" dateTime={version?.createdAt} title={dateOf(at)}>
            {ago(at, now)}
          </time>
        )}
        {runs && version && (
          <code className="faint" title={t('overview.idTitle')}>
            {t('overview.id', { id: shortId(version.id) })}
          </code>
        )}
      </div>
      <div className="timeline-why">
        {wanted && <p className="dim">{wantedText(summary, plan, version)}</p>}
        {because.length > 0 ? (
          <ChangeList changes={because} most={4} />
        ) : (
          !wanted && <p className="dim">{t(ordinal === 1 ? 'versions.first' : 'versions.noReason')}</p>
        )}
      </div>
      <div className="timeline-do">
        <Do entry={entry} summary={summary} versions={versions} />
      </div>
    </li>
  )
}

/** The one thing to do with an entry. */
function Do({
  entry: { version, roles },
  summary,
  versions,
}: {
  entry: TimelineEntry
  summary: ProjectSummary
  versions: Version[]
}) {
  const { key: project, operation } = summary
  const unasked = useStore(settings, resetsUnasked(project))
  const runs = versions.find(({ id }) => id === summary.version?.id)
  if (roles.includes('wanted')) {
    return (
      <Button variant="filled" disabled={operation !== null} onClick={() => void act('start', summary)}>
        {t('overview.update')}
      </Button>
    )
  }
  if (!version) return null
  if (!roles.includes('running')) {
    const to = `v${version.ordinal}`
    return (
      <Button disabled={operation !== null} onClick={() => void wantReset(project, to)}>
        {t(unasked ? 'timeline.backNow' : 'timeline.back', { to })}
      </Button>
    )
  }
  const before = versions
    .filter((one) => one.ordinal < (runs?.ordinal ?? 0) && one.plan)
    .toSorted((a, b) => b.ordinal - a.ordinal)[0]
  if (!before || !runs?.plan) return null
  return (
    <Button
      onClick={() =>
        go({ screen: 'environment', project, tab: `compare-v${before.ordinal}-v${runs.ordinal}` })
      }
    >
      {t('timeline.compare', { ordinal: before.ordinal })}
    </Button>
  )
}

const wantedTitle = (wanted: Status['wanted'], ordinal: number | null): string =>
  ordinal === null
    ? t('overview.wantsUnknown')
    : t(wanted?.layer ? 'overview.wantsLayer' : 'overview.wants', { ordinal })

function wantedText(summary: ProjectSummary, wanted: Status['wanted'], version: Version | undefined): string {
  if (!wanted) return t('overview.wantsUnknownWhy')
  return t(version?.present && summary.operation === null ? 'overview.wantsThere' : 'overview.wantsWhy')
}
