import { buildPrograms, builtPage } from '../built.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { installBrowser, whyNoBrowser } from './chromium.ts'

/** Starts the rig and builds what is shown, once for all browser tests. */
export default async function setup(): Promise<void> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) return console.warn(`The browser tests are skipped: ${missing}.`)
  Object.assign(process.env, rigVariables(await startRig()))
  await buildPrograms()
  await builtPage()
}
