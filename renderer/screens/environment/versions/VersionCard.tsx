import { Button } from '@mantine/core'
import { memo, useMemo } from 'react'
import { useStore } from 'zustand'
import type { VersionId } from '../../../../shared/ids.ts'
import type { ProjectSummary } from '../../../../shared/project.ts'
import type { Version } from '../../../../shared/version.ts'
import { client } from '../../../client/client.ts'
import { Chip } from '../../../components/Chip.tsx'
import { ago, dateOf } from '../../../components/format.ts'
import { MoreMenu } from '../../../components/MoreMenu.tsx'
import { t } from '../../../messages/messages.ts'
import { changeMark } from '../../../store/actions/mark.ts'
import { wantReset } from '../../../store/actions/reset.ts'
import { beginWithSecrets } from '../../../store/actions/secrets.ts'
import { copyFromMenu } from '../../../store/app/clipboard.ts'
import { notifyFailure } from '../../../store/app/notices.ts'
import { resetsUnasked, settings } from '../../../store/app/settings.ts'
import { canMark } from '../../../store/versions/mark-choice.ts'
import { ChangeList } from '../ChangeList.tsx'
import { contentsChange, countChanges, onlyPins } from '../changes.ts'

/** One version: why there is one, what it is now, and what can be done with it. */
export const VersionCard = memo(function VersionCard({
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
  const unasked = useStore(settings, resetsUnasked(project))
  const other = previous ?? current
  const more = [
    canMark(version) && {
      label: t('versions.mark'),
      run: () => changeMark(() => client.versions.mark({ project, version: version.id })).then(again),
    },
    version.marked && {
      label: t('versions.unmark'),
      run: () => changeMark(() => client.versions.unmark({ project })).then(again),
    },
    other && { label: t('versions.compareWith'), run: () => compare(other, version) },
    { label: t('versions.copyId'), run: () => copyFromMenu(version.id, t('versions.idCopied')) },
  ]
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
              aria-label={t(unasked ? 'versions.resetToNowLabel' : 'versions.resetToLabel', { name })}
            >
              {t(unasked ? 'versions.resetToNow' : 'versions.resetTo')}
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
          <MoreMenu label={t('versions.more', { name })} groups={[more]} />
        </span>
      </div>
      <ChangeList changes={because} most={3} />
      {inside.length > 0 && <p className="version-inside mono">{insideText(inside)}</p>}
    </article>
  )
})

function insideText(inside: Parameters<typeof countChanges>[0]): string {
  const { added, removed, changed } = countChanges(inside)
  return [
    ...(added > 0 ? [t('versions.added', { count: added })] : []),
    ...(removed > 0 ? [t('versions.removed', { count: removed })] : []),
    ...(changed > 0 ? [t('versions.changed', { count: changed })] : []),
  ].join(', ')
}
