import { installBrowser, whyNoBrowser } from '../browser/chromium.ts'

/** The windows of the double are pages of Chromium. */
export default async function setup(): Promise<void> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) throw new Error(`The shell cannot be tested: ${missing}.`)
}
