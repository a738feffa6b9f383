import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { EngineState } from '../../shared/engine-state.ts'
import { connection } from '../client/connection.ts'
import { t } from '../messages/messages.ts'
import { hrefOf } from '../route.ts'
import { engine } from '../store/engine.ts'
import { projects } from '../store/projects.ts'

/** The engine and what goes on, on every screen. */
export function StatusBar() {
  const link = useStore(connection, ({ state }) => state)
  const state = useStore(engine, (store) => store.engine)
  const running = useStore(
    projects,
    useShallow(({ projects = [] }) =>
      projects.flatMap(({ name, operation }) => (operation ? [`${operation.what} ${name}`] : [])),
    ),
  )
  const online = link === 'online'
  return (
    <footer className="status">
      <span className="row status-part">
        <i
          className={`dot ${!online ? 'busy' : state?.kind === 'ready' ? 'good' : state ? 'bad' : 'busy'}`}
        />
        <span role="status">{online ? engineText(state) : t(`shell.${link}`)}</span>
      </span>
      <a className="status-part" href={hrefOf({ screen: 'builds' })}>
        {runningText(running)}
      </a>
    </footer>
  )
}

function engineText(state: EngineState | undefined): string {
  if (!state) return t('shell.engineLooking')
  if (state.kind === 'down') return t('shell.engineDown')
  const place = t(state.local ? 'shell.engineLocal' : 'shell.engineRemote')
  return t('shell.engineReady', { name: state.name, version: state.version, place })
}

function runningText(running: string[]): string {
  const [first] = running
  if (first === undefined) return t('shell.idle')
  const what = running.length > 1 ? t('shell.operationsMore', { what: first }) : first
  return t('shell.operations', { count: running.length, what })
}
