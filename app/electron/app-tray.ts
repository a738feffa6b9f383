import { Menu, nativeImage, Tray } from 'electron'
import type { ProjectSummary } from '../../shared/project.ts'
import { type TrayActions, trayTemplate } from './tray.ts'

/** The icon in the system's tray, while the person wants one. */
export class AppTray {
  private tray: Tray | undefined
  private readonly image: string
  private readonly actions: TrayActions

  constructor(image: string, actions: TrayActions) {
    this.image = image
    this.actions = actions
  }

  get shown(): boolean {
    return this.tray !== undefined
  }

  want(wanted: boolean): void {
    if (wanted === this.shown) return
    this.tray?.destroy()
    this.tray = undefined
    if (!wanted) return
    this.tray = new Tray(nativeImage.createFromPath(this.image))
    this.tray.setToolTip('Pristine')
    this.tray.on('click', this.actions.show)
  }

  draw(projects: ProjectSummary[]): void {
    this.tray?.setContextMenu(Menu.buildFromTemplate(trayTemplate(projects, this.actions)))
  }
}
