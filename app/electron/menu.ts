import type { MenuItemConstructorOptions } from 'electron'

export interface MenuOptions {
  platform: NodeJS.Platform
  /** Runs from its sources: the page can be reloaded and inspected. */
  dev: boolean
  installCommandLine(): void
  showDataFolder(): void
}

/** The application menu: the system's own entries, and those few that a page cannot do. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { platform, dev, installCommandLine, showDataFolder } = options
  const mac = platform === 'darwin'
  const inspect: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    { type: 'separator' },
  ]
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...(dev ? inspect : []),
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Install command line tool…', click: installCommandLine },
        { label: 'Show data folder', click: showDataFolder },
        ...(mac ? [] : [{ type: 'separator' } as const, { role: 'about' } as const]),
      ],
    },
  ]
}
