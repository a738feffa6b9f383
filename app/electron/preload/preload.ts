import { ipcRenderer } from 'electron'
import { ORIGIN, PORT_CHANNEL } from './address.ts'

/**
 * Runs before the page, apart from it, without Node. It does one thing: it hands the page the port to the engine. The
 * page gets no function of ours, and only the app's own page gets the port.
 */
if (location.origin === ORIGIN && window === window.top) {
  ipcRenderer.on(PORT_CHANNEL, ({ ports }) => {
    window.postMessage({ kind: PORT_CHANNEL }, ORIGIN, [...ports])
  })
  // By then the page's program has run and listens.
  window.addEventListener('load', () => ipcRenderer.send(PORT_CHANNEL))
}
