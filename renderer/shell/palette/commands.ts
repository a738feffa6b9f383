import type { Editor } from '../../../shared/editor.ts'
import type { EngineState } from '../../../shared/engine-state.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import type { Settings } from '../../../shared/settings.ts'
import { client } from '../../client/client.ts'
import { shortPath } from '../../components/short-path.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { changeMark } from '../../store/actions/mark.ts'
import { act, openWith } from '../../store/actions/perform-action.ts'
import { changeAgent } from '../../store/actions/ssh-agent.ts'
import { verify } from '../../store/actions/verify.ts'
import { showDialog } from '../../store/app/dialogs.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { changeSettings, resetsUnasked } from '../../store/app/settings.ts'
import {
  type Action,
  canOpen,
  environmentDisplay,
  isIdle,
  restOf,
} from '../../store/projects/environment-state.ts'
import { canMark } from '../../store/versions/mark-choice.ts'
import { askOutdated } from '../../store/versions/outdated.ts'
import { KEYS } from '../keys.ts'

export interface Command {
  id: string
  group: 'environments' | 'actions' | 'app'
  /** Names its icon. */
  icon: string
  label: string
  about?: string
  /** The keys that do the same. */
  keys?: string
  run(): unknown
}

/** What is known of the app, and so what can be done. */
export interface Known {
  projects: ProjectSummary[]
  engine: EngineState | undefined
  settings: Settings | undefined
  editors: Editor[]
}

const PLACES = ['home', 'activity', 'cleanup', 'settings'] as const
const TABS = ['runs', 'versions', 'drift', 'files', 'logs', 'terminal', 'data', 'definition'] as const
/** They lead to where a tab leads, too. */
const SAID: Action[] = ['logs', 'definition', 'troubleshoot']

/** Everything that can be done, in words: what each environment offers at the moment, and the places of the app. */
export function commandsOf(known: Known): Command[] {
  const names = Map.groupBy(known.projects, ({ name }) => name)
  return [
    ...known.projects.flatMap((project) => {
      const commands = ofProject(project, known)
      // A path distinguishes equal names.
      if (names.get(project.name)?.length === 1) return commands
      return commands.map((command) => ({ ...command, about: shortPath(project.path) }))
    }),
    ...ofApp(),
  ]
}

function ofProject(project: ProjectSummary, { engine, settings, editors }: Known): Command[] {
  const { key, name, version, marked, watch } = project
  const display = environmentDisplay(project, engine)
  const idle = isIdle(project, display)
  const command = (id: string, label: string, run: () => unknown): Command => ({
    id: `${key} ${id}`,
    group: id === 'show' ? 'environments' : 'actions',
    icon: id.replace('tab ', '').split(' ')[0] ?? '',
    label,
    run,
  })
  const actions = [display.main, ...display.beside, ...restOf(project, display)].filter(
    (action) => action !== undefined && !SAID.includes(action),
  ) as Action[]
  const unasked = resetsUnasked(key)({ settings })
  const hasAgent = settings?.sshAgent.includes(key) ?? false
  const wants = watch?.kind === 'offered' || watch?.kind === 'changed' || watch?.kind === 'waiting'
  return [
    command('show', t('palette.show', { name }), () =>
      go({ screen: 'environment', project: key, tab: 'overview' }),
    ),
    ...actions.map((action) =>
      command(
        action,
        sentence(t(action === 'reset' && unasked ? 'action.resetNow' : `action.${action}`), name),
        () => act(action, project),
      ),
    ),
    ...(idle && wants ? [command('update', t('palette.update', { name }), () => act('start', project))] : []),
    ...(canOpen(project, display)
      ? editors.map((editor) =>
          command(`open ${editor.id}`, t('palette.openEditor', { name, editor: editor.name }), () =>
            openWith(project, editor.id),
          ),
        )
      : []),
    ...TABS.map((tab) =>
      command(`tab ${tab}`, t(`palette.${tab}`, { name }), () =>
        go({ screen: 'environment', project: key, tab }),
      ),
    ),
    // What runs became ready, and is there.
    ...(version && canMark({ present: true, wasReady: true, marked: marked === version.ordinal })
      ? [
          command('mark', t('palette.mark', { name, ordinal: version.ordinal }), () =>
            changeMark(() => client.versions.mark({ project: key, version: version.id })),
          ),
        ]
      : []),
    ...(marked === null
      ? []
      : [
          command('unmark', t('palette.unmark', { name, ordinal: marked }), () =>
            changeMark(() => client.versions.unmark({ project: key })),
          ),
        ]),
    command('outdated', t('palette.outdated', { name }), () => {
      go({ screen: 'environment', project: key, tab: 'definition' })
      return askOutdated(key)
    }),
    ...(idle
      ? [
          command('take', t('palette.take', { name }), () =>
            showDialog({ kind: 'snapshot', project: key, job: { kind: 'take' } }),
          ),
          command('lock', t('palette.lock', { name }), () =>
            client.projects
              .definition({ project: key })
              .then(({ lock }) => showDialog({ kind: 'lock', project: key, file: lock.file }), notifyFailure),
          ),
          command('verify', t('palette.verify', { name }), () => verify(project)),
          command('remove', t('palette.remove', { name }), () =>
            showDialog({ kind: 'remove', project: key }),
          ),
        ]
      : []),
    ...(idle || hasAgent
      ? [
          command('agent', t(hasAgent ? 'palette.agentTake' : 'palette.agentGive', { name }), () =>
            changeAgent(project, !hasAgent),
          ),
        ]
      : []),
    command('forget', t('palette.forget', { name }), () => showDialog({ kind: 'forget', project: key })),
  ]
}

/** "Restart shop", "Reset shop…" */
function sentence(action: string, name: string): string {
  const asks = action.endsWith('…')
  return t(asks ? 'palette.ofAsking' : 'palette.of', { action: asks ? action.slice(0, -1) : action, name })
}

function ofApp(): Command[] {
  return [
    {
      id: 'open',
      group: 'app',
      icon: 'folder',
      label: t('home.open'),
      keys: KEYS.open,
      run: () => showDialog({ kind: 'open', source: '' }),
    },
    ...PLACES.map((screen) => ({
      id: `go ${screen}`,
      group: 'app' as const,
      icon: 'go',
      ...(screen === 'settings' && { keys: KEYS.settings }),
      label: t('palette.goto', { place: t(screen === 'home' ? 'shell.environments' : `shell.${screen}`) }),
      run: () => go({ screen }),
    })),
    {
      id: 'doctor',
      group: 'app',
      icon: 'doctor',
      label: t('palette.doctor'),
      run: () => go({ screen: 'engine' }),
    },
    ...(['system', 'light', 'dark'] as const).map((theme) => ({
      id: `theme ${theme}`,
      group: 'app' as const,
      icon: 'theme',
      label: t('palette.themeOf', { theme: t(`settings.themes.${theme}`) }),
      run: () => changeSettings({ theme }).catch(notifyFailure),
    })),
    {
      id: 'shortcuts',
      group: 'app',
      icon: 'shortcuts',
      label: t('palette.shortcuts'),
      keys: KEYS.help,
      run: () => showDialog({ kind: 'shortcuts' }),
    },
  ]
}
