import type { MenuItemConstructorOptions } from 'electron'
import type { ProjectKey } from '../../shared/ids.ts'
import type { ProjectSummary } from '../../shared/project.ts'
import { sanitize } from '../../shared/sanitize.ts'

export interface TrayActions {
  start(project: ProjectKey): void
  open(project: ProjectKey): void
  reset(project: ProjectKey): void
  show(): void
  quit(): void
}

/** The tray's menu: each environment with the actions for its state. */
export function trayTemplate(projects: ProjectSummary[], actions: TrayActions): MenuItemConstructorOptions[] {
  const environments: MenuItemConstructorOptions[] = projects.map((project) => {
    const { key, state, version, operation, lacksDefinition } = project
    const runs = state === 'ready' || state === 'unhealthy' || state === 'starting'
    const broken = state === 'missing' || state === 'unreadable'
    return {
      label: menuText(
        version ? `${project.name} · ${state} · v${version.ordinal}` : `${project.name} · ${state}`,
      ),
      submenu: [
        {
          label: 'Start',
          enabled: !runs && !broken && !lacksDefinition && !operation,
          click: () => actions.start(key),
        },
        { label: 'Open', enabled: !broken, click: () => actions.open(key) },
        {
          label: 'Reset…',
          enabled: version !== null && !broken && !operation,
          click: () => actions.reset(key),
        },
      ],
    }
  })
  return [
    ...(environments.length > 0 ? environments : [{ label: 'No environments yet', enabled: false }]),
    { type: 'separator' },
    { label: 'Show Pristine', click: actions.show },
    { label: 'Quit Pristine', click: actions.quit },
  ]
}

/** A name as a menu shows it; `&` marks a key there. */
const menuText = (text: string): string => sanitize(text).replaceAll('&', '&&')
