import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import './palette.css'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { client } from '../../client/client.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { engine } from '../../store/engine.ts'
import { projects } from '../../store/projects.ts'
import { settings } from '../../store/settings.ts'
import { commandsOf } from './commands.ts'

const MAX = 30

/** The command palette. It opens whenever `asked` changes. */
export default function Palette({ asked }: { asked: number }) {
  const list = useStore(projects, (store) => store.projects)
  const state = useStore(engine, (store) => store.engine)
  const chosen = useStore(settings, (store) => store.settings)
  const editors = useAnswer('editors', () => client.environment.editors()).value
  const commands = useMemo(
    () => commandsOf({ projects: list ?? [], engine: state, settings: chosen, editors: editors ?? [] }),
    [list, state, chosen, editors],
  )
  useEffect(() => {
    if (asked > 0) spotlight.open()
  }, [asked])
  const actions: SpotlightActionData[] = commands.map(({ id, label, about, run }) => ({
    id,
    label,
    ...(about !== undefined && { description: about }),
    onClick: () => void run(),
  }))
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      limit={MAX}
      overlayProps={{ color: '#0a1419', backgroundOpacity: 0.45, blur: 0 }}
      className="palette"
      attributes={{ content: { 'aria-label': t('palette.title') } }}
      scrollable
      maxHeight={420}
      nothingFound={t('palette.nothing')}
      searchProps={{ placeholder: t('palette.search'), 'aria-label': t('palette.search') }}
    />
  )
}
