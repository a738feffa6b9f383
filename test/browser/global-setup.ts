import { glob, stat } from 'node:fs/promises'
import { build } from 'vite'
import { rigVariables, startRig } from '../rig/rig.ts'
import { installBrowser, whyNoBrowser } from './chromium.ts'

/** Starts the rig and builds the page, once for all browser tests. */
export default async function setup(): Promise<void> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) return console.warn(`The browser tests are skipped: ${missing}.`)
  Object.assign(process.env, rigVariables(await startRig()))
  if (!(await isBuilt())) await build({ configFile: 'vite.config.ts', logLevel: 'warn' })
}

/** Whether the built page is newer than all that it is made of. */
async function isBuilt(): Promise<boolean> {
  const page = await stat('dist/renderer/index.html').catch(() => undefined)
  if (!page) return false
  for await (const file of glob(['{renderer,shared}/**/*.*', 'vite.config.ts', 'package-lock.json'])) {
    if ((await stat(file)).mtimeMs > page.mtimeMs) return false
  }
  return true
}
