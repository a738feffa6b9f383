import { EventEmitter } from 'node:events'
import { Session } from './session.ts'

export const ipcMain = new EventEmitter()
export const session = { defaultSession: new Session() }

export const protocol = {
  /** What was registered before the app was ready. */
  schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void {
    this.schemes.push(...schemes)
  },
}

export const screen = {
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  getAllDisplays() {
    return this.displays
  },
}

export const nativeTheme = { shouldUseDarkColors: false, themeSource: 'system' }
export const nativeImage = { createFromPath: (path: string) => ({ path }) }

export const shell = {
  /** What was given to the person's browser. */
  opened: [] as string[],
  async openExternal(address: string): Promise<void> {
    this.opened.push(address)
  },
  async openPath(): Promise<string> {
    return ''
  },
}

interface Box {
  type: string
  message: string
  detail: string
  buttons: string[]
}

export const dialog = {
  /** Boxes that were shown. */
  boxes: [] as Box[],
  /** The button that the person presses, by its label; without one, Escape. */
  presses: undefined as string | undefined,
  folder: undefined as string | undefined,
  async showMessageBox(...given: unknown[]): Promise<{ response: number }> {
    const box = given.at(-1) as Box
    this.boxes.push(box)
    return { response: Math.max(0, box.buttons.indexOf(this.presses ?? '')) }
  },
  async showOpenDialog(): Promise<{ canceled: boolean; filePaths: string[] }> {
    return { canceled: this.folder === undefined, filePaths: this.folder === undefined ? [] : [this.folder] }
  },
}
