import { installBrowser, whyNoBrowser } from '../browser/chromium.ts'

/** The windows of the double are pages of Chromium. */
export default async function setup(): Promise<void> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) console.warn(`The tests of the shell's window are skipped: ${missing}.`)
}
