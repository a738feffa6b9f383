import { Notification } from 'electron'
import type { Notice } from './notice-text.ts'

/** Those that are on the screen: one that nobody refers to is collected, and then its click is not heard. */
const shown = new Set<Notification>()

/** Shows a notice by the system's means, where it has them; a click does what `clicked` says. */
export function showNotice({ title, body }: Notice, clicked: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body })
  shown.add(notification)
  const gone = () => shown.delete(notification)
  notification.on('click', () => {
    gone()
    clicked()
  })
  notification.on('close', gone)
  notification.on('failed', gone)
  notification.show()
}
