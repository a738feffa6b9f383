import { Notification } from 'electron'
import type { Notice } from './notice-text.ts'

/** Notifications on the screen: an unreferenced one is garbage-collected, and its click is lost. */
const shown = new Set<Notification>()

/** Shows a notification of the system, if supported; a click calls `clicked`. */
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
