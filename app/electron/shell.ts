import path from 'node:path'
import { createRouterClient } from '@orpc/server'
import { app, Menu, session, shell } from 'electron'
import { createApp } from '../../main/router/router.ts'
import { openHome } from '../../main/store/home.ts'
import type { Settings } from '../../shared/settings.ts'
import { readAssets } from '../server/assets.ts'
import { AppTray } from './app-tray.ts'
import { followTheme } from './create-window.ts'
import { DeepLinks, linkAmong } from './deep-links.ts'
import { createDesktopRouter } from './desktop-router.ts'
import { chooseFolder, showFailure } from './dialogs.ts'
import { environmentActions } from './environment-actions.ts'
import { externalAddress } from './external-address.ts'
import { installCommandLine } from './install-command-line.ts'
import { MainWindow } from './main-window.ts'
import { menuTemplate } from './menu.ts'
import { handOverPorts } from './message-port.ts'
import { noticeOf } from './notice-text.ts'
import { showNotice } from './notifications.ts'
import { servePage } from './page-protocol.ts'
import { environmentPage } from './preload/address.ts'
import { secureContents, secureSession } from './security.ts'
import { ShellOverview } from './shell-overview.ts'
import { shutDownAfter } from './shutdown.ts'
import { Update, type Updater } from './update.ts'

export interface ShellOptions {
  env: Record<string, string | undefined>
  argv: string[]
  /** The folder of the built page, and that of the built shell. */
  page: string
  built: string
  /** The command line's program file, outside of the app's archive. */
  commandLine: string
  /** Where new versions come from; undefined while the app runs from its sources. */
  updater: Updater | undefined
  /** Receives unexpected errors. */
  fault(error: unknown): void
}

/**
 * Runs the desktop app: the engine behind one window, which shows the page that a browser shows in the web mode. To be
 * called before the app is ready; done when the window was made.
 */
export async function runShell(options: ShellOptions): Promise<void> {
  const { env, built, fault } = options
  const links = new DeepLinks()
  const overview = new ShellOverview()
  const window = new MainWindow(built, fault)
  const ended = new AbortController()
  const openAddress = async (address: string): Promise<boolean> => {
    const allowed = externalAddress(address, overview.publishedPorts())
    if (allowed !== undefined) await shell.openExternal(allowed)
    return allowed !== undefined
  }

  // What the system hands over before there is a window waits in `links`.
  app.on('open-url', (event, address) => {
    event.preventDefault()
    if (links.receive(address) && app.isReady()) window.show()
  })
  app.on('second-instance', (_, argv) => {
    links.receive(linkAmong(argv) ?? '')
    if (app.isReady()) window.show()
  })
  links.receive(linkAmong(options.argv) ?? '')
  secureContents((address) => void openAddress(address).catch(fault))

  const assets = await readAssets(options.page)
  await app.whenReady()
  secureSession(session.defaultSession)

  const engine = createApp({ env, version: app.getVersion(), fault })
  servePage(session.defaultSession, assets, engine.download)
  shutDownAfter(async () => {
    ended.abort()
    await engine.close()
    await engine.stopOpened()
  }, fault)
  const client = createRouterClient(engine.router, { context: {} })
  const actions = environmentActions({ client, overview, window, openAddress })
  const failed = (error: unknown) => void showFailure(window.now, error).catch(fault)
  const tray = new AppTray(path.join(built, 'tray.png'), {
    start: (project) => void actions.start(project).catch(failed),
    open: (project) => void actions.open(project).catch(failed),
    reset: (project) => void actions.reset(project).catch(failed),
    show: () => window.show(),
    quit: () => app.quit(),
  })

  let settings = await client.settings.get()
  const update = new Update(options.updater, (version) => {
    const notice = { title: 'Pristine: update ready', body: `${version} is installed when you restart.` }
    if (settings.notifications) showNotice(notice, () => window.show())
  })
  const apply = (changed: Settings) => {
    settings = changed
    followTheme(changed.theme)
    update.follow(changed.updates)
    tray.want(changed.tray)
    tray.draw(overview.projects())
  }
  overview.onChange((after, before) => {
    tray.draw(overview.projects())
    const notice = after && noticeOf(after, before)
    if (!notice || !settings.notifications || window.now?.isFocused()) return
    showNotice(notice, () => window.show(environmentPage(after.key)))
  })

  const desktop = createDesktopRouter({
    chooseFolder: () => chooseFolder(window.now),
    openAddress,
    links,
    update,
    fault,
  })
  handOverPorts(engine.router, desktop, {
    isWindow: (id) => window.has(id),
    answered: (method) => {
      if (method === 'settings.change') void client.settings.get().then(apply).catch(fault)
    },
  })
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform: process.platform,
        dev: !app.isPackaged,
        installCommandLine: () => void installCommandLine(window, env, options.commandLine).catch(failed),
        showDataFolder: () => void shell.openPath(openHome(env).root).catch(fault),
      }),
    ),
  )
  app.on('activate', () => window.show())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !tray.shown) app.quit()
  })

  apply(settings)
  window.show()
  void client.projects
    .watch(undefined, { signal: ended.signal })
    .then((events) => overview.follow(events))
    .catch((error: unknown) => ended.signal.aborted || fault(error))
}
