import path from 'node:path'
import { app, type BrowserWindow } from 'electron'
import { createWindow } from './create-window.ts'

/** The app's one window, which may be closed and made again. */
export class MainWindow {
  private window: BrowserWindow | undefined
  private readonly built: string

  private readonly fault: (error: unknown) => void

  /** `built`: the folder of the built shell, where the preload script is. `fault` receives unexpected errors. */
  constructor(built: string, fault: (error: unknown) => void) {
    this.built = built
    this.fault = fault
  }

  /** To put a dialog upon; undefined while it is closed. */
  get now(): BrowserWindow | undefined {
    return this.window
  }

  has(contentsId: number): boolean {
    return this.window?.webContents.id === contentsId
  }

  /** Brings it to the front, at an address of the app where one is given. */
  show(address?: string): void {
    if (!this.window) {
      this.window = createWindow({
        preload: path.join(this.built, 'preload.cjs'),
        boundsFile: path.join(app.getPath('userData'), 'window.json'),
        address,
        fault: this.fault,
      })
      this.window.on('closed', () => {
        this.window = undefined
      })
      return
    }
    if (address !== undefined) this.window.loadURL(address).catch(this.fault)
    if (this.window.isMinimized()) this.window.restore()
    this.window.show()
    this.window.focus()
  }
}
