import { app, type Session, type WebContents } from 'electron'
import { DOWNLOADS } from '../../main/transfers/downloads.ts'
import { isOwn, SCHEME } from './preload/address.ts'

/**
 * The one permission that is granted, to the app's own page: to put text into the clipboard, which a Copy button does.
 * Reading the clipboard is another one.
 */
const GRANTED = 'clipboard-sanitized-write'

/** What a page could load from if its policy were not there: nothing of it reaches out of this process. */
const OTHER_ADDRESSES = {
  urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*', 'ftp://*/*'],
}

/**
 * Denies a session whatever a page may ask for: permissions, devices, anything from the network, and downloads but for those
 * that the app itself offered. Of these a person is asked where to put them.
 */
export function secureSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(permission === GRANTED && isOwn(contents.getURL()))
  })
  session.setPermissionCheckHandler((_, permission, origin) => permission === GRANTED && isOwn(origin))
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event, item) => {
    if (!isOwn(item.getURL()) || !new URL(item.getURL()).pathname.startsWith(DOWNLOADS))
      event.preventDefault()
  })
  session.webRequest.onBeforeRequest(OTHER_ADDRESSES, (_, answer) => answer({ cancel: true }))
}

/**
 * Restricts the contents of every window to the app's own page: no navigation, no redirect, no new window, no embedded
 * page. What would have been a new window is given to `elsewhere`, which decides whether a browser shows it.
 *
 * An invalid certificate is not negotiable: without a listener Electron refuses it.
 */
export function secureContents(openExternally: (address: string) => void): void {
  app.on('web-contents-created', (_, contents: WebContents) => {
    const stay = (event: { url: string; preventDefault(): void }) => {
      if (!isOwn(event.url)) event.preventDefault()
    }
    contents.on('will-frame-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      if (!url.startsWith(`${SCHEME}:`)) openExternally(url)
      return { action: 'deny' }
    })
  })
}
