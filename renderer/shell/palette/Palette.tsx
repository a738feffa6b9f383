import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  spotlight,
} from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import './palette.css'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { client } from '../../client/client.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { engine } from '../../store/app/engine.ts'
import { settings } from '../../store/app/settings.ts'
import { projects } from '../../store/projects/projects.ts'
import { type Command, commandsOf } from './commands.ts'
import { ICONS } from './icons.ts'

const MAX = 30
const GROUPS = ['environments', 'actions', 'app'] as const

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
  const groups: SpotlightActionGroupData[] = GROUPS.map((group) => ({
    group: t(`palette.group.${group}`),
    actions: commands.filter((command) => command.group === group).map(actionOf),
  }))
  return (
    <Spotlight
      actions={groups}
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

function actionOf({ id, icon, label, about, keys, run }: Command): SpotlightActionData {
  const Icon = ICONS[icon]
  return {
    id,
    label,
    ...(about !== undefined && { description: about }),
    ...(Icon && { leftSection: <Icon size={18} stroke={1.7} aria-hidden="true" /> }),
    ...(keys !== undefined && { rightSection: <kbd>{keys}</kbd> }),
    onClick: () => void run(),
  }
}
