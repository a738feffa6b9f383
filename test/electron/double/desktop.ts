import { EventEmitter } from 'node:events'

export interface Item {
  label?: string
  role?: string
  enabled?: boolean
  submenu?: Item[]
  click?: () => void
}

/** Menus are their templates. */
export const Menu = {
  application: [] as Item[],
  buildFromTemplate: (template: Item[]) => template,
  setApplicationMenu(menu: Item[]): void {
    this.application = menu
  },
}

/** The entry with a label, wherever it is. */
export function entry(menu: Item[], ...labels: string[]): Item {
  const [first, ...rest] = labels
  const found = menu.find(({ label = '' }) => label.startsWith(first ?? ''))
  if (!found) throw new Error(`No entry ${first} among ${menu.map(({ label }) => label).join(', ')}`)
  return rest.length > 0 ? entry(found.submenu ?? [], ...rest) : found
}

export class Tray extends EventEmitter {
  static readonly all: Tray[] = []
  menu: Item[] = []

  constructor() {
    super()
    Tray.all.push(this)
  }
  setToolTip(): void {}
  setContextMenu(menu: Item[]): void {
    this.menu = menu
  }
  destroy(): void {
    Tray.all.splice(Tray.all.indexOf(this), 1)
  }
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = []
  readonly title: string
  readonly body: string

  constructor({ title, body }: { title: string; body: string }) {
    super()
    this.title = title
    this.body = body
  }
  static isSupported(): boolean {
    return true
  }
  show(): void {
    Notification.shown.push(this)
  }
}
