const KEY = 'pristine-token'
const channel = new BroadcastChannel('pristine-token')

/**
 * The token of this window: from the address (`#token=…`), out of which it is taken at once, or from before a reload.
 */
export function readToken(): string | undefined {
  const token = /^#token=([\w-]+)/.exec(location.hash)?.[1]
  if (token === undefined) return sessionStorage.getItem(KEY) ?? undefined
  sessionStorage.setItem(KEY, token)
  history.replaceState(null, '', `${location.pathname}${location.search}#/`)
  return token
}

/**
 * Called with a newer token: its address was opened in this window, or in another window of this page, so that all
 * windows continue after Pristine was restarted. The other windows are notified, too.
 */
export function onToken(listener: () => void): void {
  window.addEventListener('hashchange', () => {
    if (!location.hash.startsWith('#token=')) return
    shareToken()
    listener()
  })
  channel.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string' || data === sessionStorage.getItem(KEY)) return
    sessionStorage.setItem(KEY, data)
    listener()
  })
}

/** Sends the accepted token to the other windows of this page. */
export function shareToken(): void {
  const token = readToken()
  if (token !== undefined) channel.postMessage(token)
}
