import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { ProjectSummary } from '../../../shared/project.ts'
import type { Version } from '../../../shared/version.ts'
import { Badges } from '../../components/Badges.tsx'
import { shortPath } from '../../components/short-path.ts'
import { useActionLabel } from '../../components/use-action-label.ts'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { act } from '../../store/actions/perform-action.ts'
import { engine } from '../../store/app/engine.ts'
import { asLastKnown, environmentDisplay } from '../../store/projects/environment-state.ts'
import { EnvironmentMenu } from './EnvironmentMenu.tsx'
import { StateChip } from './StateChip.tsx'

/** The environment's name, state and fixed buttons: one main action, secondary ones, and a menu of the rest. */
export function Header({ summary, versions }: { summary: ProjectSummary; versions: Version[] | undefined }) {
  const seen = environmentDisplay(
    summary,
    useStore(engine, (store) => store.engine),
  )
  const display = useLost() ? asLastKnown(seen) : seen
  const word = useActionLabel(summary.key)
  const { main } = display
  return (
    <header className="environment-header">
      <div className="environment-who">
        <div className="crumb">
          <a href={hrefOf({ screen: 'home' })}>{t('shell.environments')}</a>
        </div>
        <div className="environment-name">
          <h1>{summary.name}</h1>
          <span className="chips" aria-live="polite">
            <StateChip display={display} />
            <Badges summary={summary} />
          </span>
        </div>
        <div className="faint mono environment-place" title={summary.path}>
          {shortPath(summary.path)}
          {summary.branch !== null && ` · ${summary.branch}`}
        </div>
      </div>
      <div className="environment-actions">
        {main && (
          <Button variant="filled" onClick={() => void act(main, summary)}>
            {word(main)}
          </Button>
        )}
        {display.beside.map((action) => (
          <Button key={action} onClick={() => void act(action, summary)}>
            {word(action)}
          </Button>
        ))}
        <EnvironmentMenu summary={summary} display={display} versions={versions} word={word} />
      </div>
    </header>
  )
}
