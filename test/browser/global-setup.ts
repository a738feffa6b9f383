import { builtPage } from '../built.ts'
import { installBrowser, startSharedBrowser, whyNoBrowser } from './chromium.ts'

/**
 * Builds what is shown and starts the browser, once for all browser tests; the rig is started beside
 * (`test/engine/global-setup.ts`).
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) {
    console.warn(`The browser tests are skipped: ${missing}.`)
    return undefined
  }
  await builtPage()
  const server = await startSharedBrowser()
  return () => server.close()
}
