import { Button } from '@mantine/core'
import { type MouseEvent, memo } from 'react'
import type { EngineState } from '../../../shared/engine-state.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { Badges } from '../../components/Badges.tsx'
import { MoreMenu } from '../../components/MoreMenu.tsx'
import { StateIcon } from '../../components/StateIcon.tsx'
import { shortPath } from '../../components/short-path.ts'
import { useActionLabel } from '../../components/use-action-label.ts'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { act } from '../../store/actions/perform-action.ts'
import { showDialog } from '../../store/app/dialogs.ts'
import { initialOf } from '../../store/projects/environment-list.ts'
import { asLastKnown, environmentDisplay } from '../../store/projects/environment-state.ts'
import { RowUsage } from './RowUsage.tsx'
import { stateDetail } from './state-detail.ts'

/** One environment: name, state, what it uses, and the one thing that is most likely wanted next. */
export const EnvironmentRow = memo(function EnvironmentRow({
  summary,
  engine,
  selected,
  opens,
  select,
}: {
  summary: ProjectSummary
  engine: EngineState | undefined
  selected: boolean
  /** Whether a click goes to the environment; otherwise it selects it. */
  opens: boolean
  select(key: ProjectKey): void
}) {
  const { key, name, path, branch, ports, state } = summary
  const seen = environmentDisplay(summary, engine)
  const { tone, label, main, beside } = useLost() ? asLastKnown(seen) : seen
  const detail = stateDetail(summary)
  const word = useActionLabel(key)
  // A key on the link is a click without a button; it goes there wherever details are beside the list.
  const click = (event: MouseEvent) => {
    if (opens || event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    select(key)
  }
  return (
    <article className="environment" aria-label={name} data-selected={selected || undefined}>
      <span className="initial" aria-hidden="true">
        {initialOf(name)}
      </span>
      <div className="names">
        <h2>
          <a
            href={hrefOf({ screen: 'environment', project: key, tab: 'overview' })}
            onClick={click}
            onFocus={({ currentTarget }) => currentTarget.matches(':focus-visible') && select(key)}
          >
            {name}
          </a>
        </h2>
        <div className="place faint mono" title={path}>
          <span className="path">
            <bdi>{shortPath(path)}</bdi>
          </span>
          {branch !== null && <span className="branch"> · {branch}</span>}
        </div>
      </div>
      <div className="standing">
        <div className="state">
          <StateIcon tone={tone} />
          <span className="cut" title={label}>
            {label}
          </span>
        </div>
        <div className="badges">
          {detail && (
            <span className="cut dim" title={detail}>
              {detail}
            </span>
          )}
          <Badges summary={summary} />
        </div>
      </div>
      <div className="uses">{(state === 'ready' || state === 'unhealthy') && <RowUsage project={key} />}</div>
      <div className="ports faint mono">{ports.map(({ host }) => `:${host}`).join(' ')}</div>
      <div className="doing">
        {main && (
          <Button
            size="compact-sm"
            variant={selected ? 'filled' : 'default'}
            aria-label={t('home.actionOf', { action: word(main), name })}
            onClick={() => act(main, summary)}
          >
            {word(main)}
          </Button>
        )}
        <MoreMenu
          quiet
          label={t('home.more', { name })}
          groups={[
            beside.map((action) => ({ label: word(action), run: () => act(action, summary) })),
            [{ label: t('home.forget'), run: () => showDialog({ kind: 'forget', project: key }) }],
          ]}
        />
      </div>
    </article>
  )
})
