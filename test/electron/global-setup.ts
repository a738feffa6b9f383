import { installBrowser, whyNoBrowser } from '../browser/chromium.ts'
import { buildPrograms } from '../built.ts'

/** The windows of the double are pages of Chromium; what is packed is built. */
export default async function setup(): Promise<void> {
  await installBrowser()
  await buildPrograms()
  const missing = whyNoBrowser()
  if (missing) console.warn(`The tests of the shell's window are skipped: ${missing}.`)
}
