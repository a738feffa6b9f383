import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Browser, Page, Route } from 'playwright-core'
import { startBrowser } from '../../browser/chromium.ts'
import { app } from './app.ts'
import { Cancelable } from './cancelable.ts'
import { ipcMain, session } from './main-process.ts'
import { PERMISSIONS } from './session.ts'
import { STAND_IN, toElectron } from './stand-in.ts'
import { WebContents } from './web-contents.ts'
import { PreloadWorld } from './world.ts'

interface Options {
  x: number
  y: number
  width: number
  height: number
  webPreferences: Record<string, unknown> & { preload: string }
  [name: string]: unknown
}

let browser: Promise<Browser> | undefined
export const closeBrowser = async (): Promise<void> => (await browser)?.close()

/** A window: a page of Chromium. */
export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = []
  readonly webContents = new WebContents()
  readonly options: Options
  /** What was done to it: `show`, `focus` … */
  readonly done: string[] = []
  focused = false
  maximized = false
  minimized = false
  bounds: { x: number; y: number; width: number; height: number }
  private readonly opened: Promise<void>

  constructor(options: Options) {
    super()
    this.options = options
    const { x, y, width, height } = options
    this.bounds = { x, y, width, height }
    BrowserWindow.all.push(this)
    app.emit('web-contents-created', {}, this.webContents)
    this.opened = this.open()
  }

  private async open(): Promise<void> {
    const { webContents } = this
    browser ??= startBrowser()
    const granted = Object.keys(PERMISSIONS).filter((name) =>
      session.defaultSession.grants(PERMISSIONS[name] ?? '', 'app://pristine/'),
    )
    const context = await (await browser).newContext({
      viewport: { width: this.options.width, height: this.options.height },
    })
    await context.grantPermissions(granted, { origin: STAND_IN })
    const page = await context.newPage()
    webContents.page = page
    await context.route('**/*', (route) => {
      if (isPopup(route, page) && !webContents.admitsPopup(route.request().url()))
        return route.abort('aborted')
      if (!webContents.admits(route)) return route.abort('aborted')
      return session.defaultSession.answer(route)
    })
    context.on('page', (popup) => popup.close())
    page.on('download', async (download) => {
      const event = new Cancelable('')
      session.defaultSession.emit('will-download', event, { getURL: () => toElectron(download.url()) })
      session.defaultSession.downloads.push(event.prevented ? 'prevented' : download.suggestedFilename())
      await download.cancel()
    })
    const { preload, sandbox, contextIsolation } = this.options.webPreferences
    if (!sandbox || !contextIsolation) throw new Error('The double runs sandboxed and isolated windows only.')
    webContents.world = await PreloadWorld.open(page, await readFile(preload, 'utf8'), (channel, args) =>
      ipcMain.emit(channel, { sender: webContents, senderFrame: webContents.mainFrame }, ...args),
    )
  }

  async loadURL(address: string): Promise<void> {
    await this.opened
    await this.webContents.load(address)
    this.emit('ready-to-show')
  }

  show(): void {
    this.done.push('show')
  }
  focus(): void {
    this.done.push('focus')
    this.focused = true
  }
  isFocused(): boolean {
    return this.focused
  }
  isMinimized(): boolean {
    return this.minimized
  }
  restore(): void {
    this.minimized = false
    this.done.push('restore')
  }
  maximize(): void {
    this.maximized = true
  }
  isMaximized(): boolean {
    return this.maximized
  }
  getNormalBounds(): BrowserWindow['bounds'] {
    return this.bounds
  }

  async close(): Promise<void> {
    this.emit('close')
    await this.opened
    await this.webContents.page?.context().close()
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1)
    this.emit('closed')
    if (BrowserWindow.all.length === 0) app.emit('window-all-closed')
  }
}

/** A popup's first request comes before Chromium knows its frame. */
function isPopup(route: Route, page: Page): boolean {
  try {
    return route.request().frame().page() !== page
  } catch {
    return true
  }
}
