/** In milliseconds: the waits before a stylesheet is requested again. */
const RETRY_DELAYS = [100, 400, 1_200]

/**
 * Loads the page's stylesheets again that did not come: a browser gives up what it is loading whenever the network
 * changes, as it does when a container starts, and the page would stay bare.
 */
export function retryStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    // Scripts run after the stylesheets before them came, or did not.
    if (!hasCome(link)) again(link, 0)
  }
}

/** For a stylesheet that failed to load, a browser has none, or one that cannot be read. */
function hasCome({ sheet }: HTMLLinkElement): boolean {
  try {
    return sheet !== null && sheet.cssRules.length > 0
  } catch {
    return false
  }
}

function again(link: HTMLLinkElement, attempt: number): void {
  const wait = RETRY_DELAYS[attempt]
  if (wait === undefined) return
  setTimeout(() => {
    const next = link.cloneNode() as HTMLLinkElement
    next.addEventListener('error', () => again(next, attempt + 1))
    link.replaceWith(next)
  }, wait)
}
