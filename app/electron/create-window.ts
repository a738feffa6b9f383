import path from 'node:path'
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import type { Settings } from '../../shared/settings.ts'
import { PAGE } from './preload/address.ts'
import { fitBounds, readRemembered, remember, SMALLEST } from './window-bounds.ts'

/** The page's own background, so that nothing flashes before it is drawn. */
const BACKGROUND = { light: '#f6f8f9', dark: '#0f1518' }

export interface WindowOptions {
  /** The bundled preload script. */
  preload: string
  /** The file that remembers where the window was. */
  boundsFile: string
  /** What to show, below the app's own address. */
  address?: string | undefined
  /** Called when the page could not be loaded. */
  fault(error: unknown): void
}

/** The app's one window. It appears when the page has been drawn for the first time. */
export function createWindow({ preload, boundsFile, address = PAGE, fault }: WindowOptions): BrowserWindow {
  const remembered = readRemembered(boundsFile)
  const displays = screen.getAllDisplays().map(({ workArea }) => workArea)
  const window = new BrowserWindow({
    ...fitBounds(remembered?.bounds, displays),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Pristine',
    backgroundColor: BACKGROUND[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    ...(process.platform === 'linux' && { icon: path.join(path.dirname(preload), 'icon.png') }),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  if (remembered?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    // What cannot be remembered is where it was by default the next time.
    void remember(boundsFile, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    }).catch(() => {})
  })
  window.loadURL(address).catch(fault)
  return window
}

/** Applies the theme that the person chose; the page sees it through `prefers-color-scheme`. */
export function followTheme(theme: Settings['theme']): void {
  nativeTheme.themeSource = theme
}
