import path from 'node:path'
import { app } from 'electron'
import electronUpdater from 'electron-updater'
import { openHome } from '../../main/store/home.ts'
import { LINK_SCHEME } from './deep-links.ts'
import { registerScheme } from './page-protocol.ts'
import { runShell } from './shell.ts'

/** The desktop app's program. It is run bundled, from `dist/electron/main.js`. */
const built = import.meta.dirname
const fault = (error: unknown) => console.error(error)

registerScheme()
// Before the lock, which is a file in it.
app.setPath('userData', path.join(openHome(process.env).root, 'desktop'))
if (app.requestSingleInstanceLock()) {
  // From sources the registration would name the bare runtime.
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
  // Not awaited: the app is ready only after this file has run.
  runShell({
    env: process.env,
    argv: process.argv.slice(1),
    page: path.join(built, '../renderer'),
    built,
    commandLine: path.join(app.isPackaged ? process.resourcesPath : path.join(built, '..'), 'cli', 'main.js'),
    updater: app.isPackaged ? electronUpdater.autoUpdater : undefined,
    fault,
  }).catch((error: unknown) => {
    fault(error)
    app.exit(1)
  })
} else app.quit()
