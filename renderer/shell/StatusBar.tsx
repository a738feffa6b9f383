import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { EngineState } from '../../shared/engine-state.ts'
import { connection } from '../client/connection.ts'
import { t } from '../messages/messages.ts'
import { hrefOf } from '../route.ts'
import { engine } from '../store/engine.ts'
import { projects } from '../store/projects.ts'
import { engineText } from './engine-text.ts'
import { COMMAND_KEYS } from './keys.ts'

/** The engine and what goes on, on every screen. */
export function StatusBar({ openCommands }: { openCommands(): void }) {
  const link = useStore(connection, ({ state }) => state)
  const state = useStore(engine, (store) => store.engine)
  const running = useStore(
    projects,
    useShallow(({ projects = [] }) =>
      projects.flatMap(({ operation, name }) =>
        operation ? [t(`builds.doing.${operation.kind}`, { name })] : [],
      ),
    ),
  )
  return (
    <footer className="status">
      <span className="status-part">
        <i className={`dot ${toneOf(link, state)}`} />
        <span role="status">{link === 'online' ? engineText(state) : t(`shell.${link}`)}</span>
      </span>
      {link === 'online' && (
        <a className="status-part" href={hrefOf({ screen: 'builds' })}>
          {running[0] === undefined
            ? t('shell.idle')
            : t('shell.operations', { count: running.length, what: running[0] })}
        </a>
      )}
      <span className="grow" />
      <button type="button" className="status-part" onClick={openCommands}>
        {t('palette.title')} <kbd>{COMMAND_KEYS}</kbd>
      </button>
    </footer>
  )
}

function toneOf(link: string, state: EngineState | undefined): string {
  if (link !== 'online') return link === 'connecting' ? 'busy' : 'bad'
  if (!state) return 'busy'
  return state.kind === 'ready' ? 'good' : 'bad'
}
