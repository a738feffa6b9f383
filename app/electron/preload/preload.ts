import { ipcRenderer, webUtils } from 'electron'
import { DROP, ORIGIN, PORT_CHANNEL } from './address.ts'

/**
 * Runs before the page, apart from it, without Node. It hands the page the port to the engine, and sends it the path of
 * a dropped folder, which a page alone cannot see. The page gets no function of ours, and only the app's own page gets
 * anything.
 */
if (location.origin === ORIGIN && window === window.top) {
  ipcRenderer.on(PORT_CHANNEL, ({ ports }) => {
    window.postMessage({ kind: PORT_CHANNEL }, ORIGIN, [...ports])
  })
  // By then the page's program has run and listens.
  window.addEventListener('load', () => ipcRenderer.send(PORT_CHANNEL))
  window.addEventListener('drop', ({ isTrusted, dataTransfer }) => {
    const [file] = dataTransfer?.files ?? []
    const path = isTrusted && file ? webUtils.getPathForFile(file) : ''
    if (path !== '') window.postMessage({ kind: DROP, path }, ORIGIN)
  })
}
