import type { EngineState } from '../../../shared/engine-state.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { shortPath } from '../../components/short-path.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { act } from '../../store/act.ts'
import { showDialog } from '../../store/dialogs.ts'
import { tellFailure } from '../../store/notices.ts'
import { changeSettings } from '../../store/settings.ts'
import { type Action, standingOf } from '../../store/standing.ts'

export interface Command {
  id: string
  label: string
  about?: string
  run(): unknown
}

const PLACES = ['home', 'builds', 'cleanup', 'settings'] as const
const TABS = ['versions', 'drift', 'logs', 'terminal', 'definition'] as const
/** They lead to where a tab leads, too. */
const SAID: Action[] = ['logs', 'definition', 'troubleshoot']

/** Everything that can be done, in words: what each environment offers at the moment, and the places of the app. */
export function commandsOf(projects: ProjectSummary[], engine: EngineState | undefined): Command[] {
  return [...projects.flatMap((project) => ofProject(project, engine)), ...ofApp()]
}

function ofProject(project: ProjectSummary, engine: EngineState | undefined): Command[] {
  const { key, name, path } = project
  const about = shortPath(path)
  const { main, beside } = standingOf(project, engine)
  const actions = [main, ...beside].filter((action) => action !== undefined && !SAID.includes(action))
  return [
    {
      id: `${key} show`,
      label: t('palette.show', { name }),
      about,
      run: () => go({ screen: 'environment', project: key, tab: 'overview' }),
    },
    ...(actions as Action[]).map((action) => ({
      id: `${key} ${action}`,
      label: t('palette.of', { action: t(`action.${action}`), name }),
      about,
      run: () => act(action, project),
    })),
    ...TABS.map((tab) => ({
      id: `${key} tab ${tab}`,
      label: t(`palette.${tab}`, { name }),
      about,
      run: () => go({ screen: 'environment', project: key, tab }),
    })),
  ]
}

function ofApp(): Command[] {
  return [
    { id: 'open', label: t('home.open'), run: () => showDialog({ kind: 'open', source: '' }) },
    ...PLACES.map((screen) => ({
      id: `go ${screen}`,
      label: t('palette.goto', { place: t(screen === 'home' ? 'shell.environments' : `shell.${screen}`) }),
      run: () => go({ screen }),
    })),
    ...(['system', 'light', 'dark'] as const).map((theme) => ({
      id: `theme ${theme}`,
      label: t('palette.themeOf', { theme: t(`settings.themes.${theme}`) }),
      run: () => changeSettings({ theme }).catch(tellFailure),
    })),
    { id: 'shortcuts', label: t('palette.shortcuts'), run: () => showDialog({ kind: 'shortcuts' }) },
  ]
}
