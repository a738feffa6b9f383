import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { EngineState } from '../../shared/engine-state.ts'
import { connection } from '../client/connection.ts'
import { StateIcon, type StateTone } from '../components/StateIcon.tsx'
import { t } from '../messages/messages.ts'
import { hrefOf } from '../route.ts'
import { engine } from '../store/app/engine.ts'
import { projects } from '../store/projects/projects.ts'
import { engineText } from './engine-text.ts'
import { KEYS } from './keys.ts'
import { NoticeLine } from './NoticeLine.tsx'
import { Tray } from './Tray.tsx'

/** The engine and what goes on, on every screen. */
export function StatusBar({ openCommands }: { openCommands(): void }) {
  const link = useStore(connection, ({ state }) => state)
  const state = useStore(engine, (store) => store.engine)
  const running = useStore(
    projects,
    useShallow(({ projects = [] }) =>
      projects.flatMap(({ operation, name }) =>
        operation ? [t(`activity.doing.${operation.kind}`, { name })] : [],
      ),
    ),
  )
  return (
    <footer className="status">
      <span className="status-part">
        <StateIcon tone={toneOf(link, state)} size={14} />
        <span role="status">{link === 'online' ? engineText(state) : t(`shell.${link}`)}</span>
      </span>
      {link === 'online' && (
        <a className="status-part" href={hrefOf({ screen: 'activity' })}>
          {running[0] === undefined
            ? t('shell.idle')
            : t('shell.operations', { count: running.length, what: running[0] })}
        </a>
      )}
      <NoticeLine />
      <Tray />
      <button type="button" className="status-part" onClick={openCommands}>
        {t('palette.title')} <kbd>{KEYS.commands}</kbd>
      </button>
    </footer>
  )
}

function toneOf(link: string, state: EngineState | undefined): StateTone {
  if (link !== 'online') return link === 'connecting' ? 'busy' : 'bad'
  if (!state) return 'busy'
  return state.kind === 'ready' ? 'good' : 'bad'
}
