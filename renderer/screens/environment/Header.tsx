import { ActionIcon, Button } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
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

/**
 * The environment's name, state and fixed buttons: one main action, secondary ones, and a menu of the rest. Folded, only the
 * name and the state. `fold`: undefined where it does not fold.
 */
export function Header({
  summary,
  versions,
  fold,
}: {
  summary: ProjectSummary
  versions: Version[] | undefined
  fold: { folded: boolean; turn(): void } | undefined
}) {
  const seen = environmentDisplay(
    summary,
    useStore(engine, (store) => store.engine),
  )
  const display = useLost() ? asLastKnown(seen) : seen
  const word = useActionLabel(summary.key)
  const { main } = display
  const folded = fold?.folded === true
  const FoldIcon = folded ? IconChevronDown : IconChevronUp
  return (
    <header className="environment-header">
      <div className="environment-who">
        {!folded && (
          <div className="crumb">
            <a href={hrefOf({ screen: 'home' })}>{t('shell.environments')}</a>
          </div>
        )}
        <div className="environment-name">
          <h1>{summary.name}</h1>
          <span className="chips" aria-live="polite">
            <StateChip display={display} />
            <Badges summary={summary} />
          </span>
        </div>
        {!folded && (
          <div className="faint mono environment-place" title={summary.path}>
            {shortPath(summary.path)}
            {summary.branch !== null && ` · ${summary.branch}`}
          </div>
        )}
      </div>
      <div className="environment-actions">
        {main && !folded && (
          <Button variant="filled" onClick={() => void act(main, summary)}>
            {word(main)}
          </Button>
        )}
        {!folded &&
          display.beside.map((action) => (
            <Button key={action} onClick={() => void act(action, summary)}>
              {word(action)}
            </Button>
          ))}
        {!folded && <EnvironmentMenu summary={summary} display={display} versions={versions} word={word} />}
        {fold && (
          <ActionIcon
            variant="subtle"
            aria-label={t(folded ? 'environment.unfold' : 'environment.fold')}
            onClick={fold.turn}
          >
            <FoldIcon size={18} stroke={1.7} aria-hidden="true" />
          </ActionIcon>
        )}
      </div>
    </header>
  )
}
