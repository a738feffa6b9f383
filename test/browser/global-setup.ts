import { builtPage } from '../built.ts'
import { installBrowser, whyNoBrowser } from './chromium.ts'

/** Builds what is shown, once for all browser tests; the rig is started beside (`test/engine/global-setup.ts`). */
export default async function setup(): Promise<void> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) return console.warn(`The browser tests are skipped: ${missing}.`)
  await builtPage()
}
