import { Button } from '@mantine/core'
import { memo } from 'react'
import type { EngineState } from '../../../shared/engine-state.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { Badges } from '../../components/Badges.tsx'
import { Chip } from '../../components/Chip.tsx'
import { changeText } from '../../components/change-parts.ts'
import { shortPath } from '../../components/short-path.ts'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { asLastKnown, environmentDisplay, isUpdating } from '../../store/environment-state.ts'
import { act } from '../../store/perform-action.ts'
import { RowMenu } from './RowMenu.tsx'

/** One environment: name, state, version, ports, and the one thing that is most likely wanted next. */
export const EnvironmentRow = memo(function EnvironmentRow({
  summary,
  engine,
}: {
  summary: ProjectSummary
  engine: EngineState | undefined
}) {
  const { key, name, path, branch, operation, version, ports, failure } = summary
  const seen = environmentDisplay(summary, engine)
  const { tone, label, main, beside } = useLost() ? asLastKnown(seen) : seen
  const strong = main === 'start' || main === 'open'
  return (
    <article className="environment" aria-label={name}>
      <i className={`light dot ${tone}`} />
      <div className="names">
        <h2>
          <a href={hrefOf({ screen: 'environment', project: key, tab: 'overview' })}>{name}</a>
        </h2>
        <div className="place faint mono" title={path}>
          <span className="path">
            <bdi>{shortPath(path)}</bdi>
          </span>
          {branch !== null && <span className="branch"> · {branch}</span>}
        </div>
      </div>
      <div>
        <div className="state" title={operation?.step?.name}>
          {operation?.step ? `${label} · ${operation.step.name}` : label}
        </div>
        <div className="badges">
          {changeOf(summary) && <Chip tone="busy">{changeOf(summary)}</Chip>}
          {failure && !operation && placeOf(failure.error.data) && (
            <Chip tone="bad">{placeOf(failure.error.data)}</Chip>
          )}
          <Badges summary={summary} />
        </div>
      </div>
      <div className="versions">
        {version ? (
          <span>
            v{version.ordinal}{' '}
            {(operation || isUpdating(summary)) && summary.state === 'ready' ? (
              <span className="faint">{t('home.still')}</span>
            ) : (
              version.knownGood && <Chip tone="gold">{t('home.knownGood')}</Chip>
            )}
          </span>
        ) : (
          <span className="faint">{t('home.noVersion')}</span>
        )}
        <div className="ports faint mono">{ports.map(({ host }) => `:${host}`).join(' ')}</div>
      </div>
      <div className="doing">
        {main && (
          <Button
            variant={strong ? 'filled' : 'default'}
            aria-label={t('home.actionOf', { action: t(`action.${main}`), name })}
            onClick={() => act(main, summary)}
          >
            {t(`action.${main}`)}
          </Button>
        )}
        <RowMenu summary={summary} actions={beside} />
      </div>
    </article>
  )
})

/** What is being built beside, and why: "v5 · nanoid 5.1.6 → 5.1.5". */
function changeOf({ watch }: ProjectSummary): string | undefined {
  if (watch?.kind !== 'building' && watch?.kind !== 'swapping') return undefined
  const [first] = watch.because
  const version = t('home.version', { ordinal: watch.ordinal })
  if (!first) return version
  return t('home.because', { version, reason: changeText(first), count: watch.because.length })
}

/** Where a failure is: "Dockerfile line 14". */
function placeOf({ file, line }: Record<string, unknown>): string | undefined {
  if (typeof file !== 'string') return undefined
  return typeof line === 'number' ? t('home.line', { file, line }) : file
}
