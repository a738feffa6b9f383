import type { createRouterClient } from '@orpc/server'
import type { AppRouter } from '../../main/router/router.ts'
import { EditorId } from '../../shared/editor.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { portAddress, portsToOpen } from '../../shared/port-address.ts'
import { confirm } from './dialogs.ts'
import type { MainWindow } from './main-window.ts'
import { environmentPage } from './preload/address.ts'
import type { ShellOverview } from './shell-overview.ts'

type EngineClient = ReturnType<typeof createRouterClient<AppRouter, Record<never, never>>>

interface Deps {
  client: EngineClient
  overview: ShellOverview
  window: MainWindow
  openAddress(address: string): Promise<boolean>
}

/** What the tray does to an environment. Errors: as the contract's methods. */
export function environmentActions({ client, overview, window, openAddress }: Deps) {
  const find = (project: ProjectKey) => overview.projects().find(({ key }) => key === project)
  const listening = async (project: ProjectKey) => {
    for (const port of portsToOpen(find(project)?.ports ?? [])) {
      if ((await client.environment.listens({ project, port: port.host })) !== false) return port
    }
    return undefined
  }
  return {
    start: async (project: ProjectKey): Promise<void> => {
      // What waits for a person's trust, or for secrets, is looked at first.
      if (find(project)?.needsTrust) window.show(environmentPage(project))
      else if ((await client.secrets.wanted({ project })).length > 0) window.show(environmentPage(project))
      else await client.environment.up({ project })
    },

    /** What the person chose for this environment, else the browser where a program listens on a published port. */
    open: async (project: ProjectKey): Promise<void> => {
      const { open } = await client.settings.get()
      const editor = EditorId.safeParse(open[project])
      if (editor.success) await client.environment.openEditor({ project, editor: editor.data })
      else {
        const port = (open[project] ?? 'browser') === 'browser' ? await listening(project) : undefined
        if (port === undefined) window.show(environmentPage(project))
        else await openAddress(portAddress(port))
      }
    },

    /** Asks first, unless the person wanted not to be asked any more for this environment. */
    reset: async (project: ProjectKey): Promise<void> => {
      const { resetUnasked } = await client.settings.get()
      const agreed =
        resetUnasked.includes(project) ||
        (await confirm(window.now, {
          message: `Reset ${find(project)?.name ?? project} to its known-good version?`,
          detail: RESET,
          action: 'Reset environment',
        }))
      if (agreed) await client.environment.reset({ project })
    },
  }
}

const RESET = [
  'Replaced: the containers; what was changed inside them and open terminals are lost.',
  'Kept: your source folder; data.',
].join('\n')
