/** The app's own address: what it serves under it is all that its window ever shows. */
export const SCHEME = 'app'
const HOST = 'pristine'
export const ORIGIN = `${SCHEME}://${HOST}`
/** The page, at Home. */
export const PAGE = `${ORIGIN}/`

/** The page of one environment. */
export const environmentPage = (project: string): string => `${PAGE}#/projects/${project}/overview`

/** The one channel between the preload script and the main process. */
export const PORT_CHANNEL = 'pristine-port'

/** What the preload script sends the page about a dropped folder: `{ kind, path }`. */
export const DROP = 'pristine-drop'

/** Whether an address is the app's own; whatever cannot be read is not. */
export function isOwn(address: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(address)
    return protocol === `${SCHEME}:` && host === HOST && username === '' && password === ''
  } catch {
    return false
  }
}
