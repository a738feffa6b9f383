import { createHash } from 'node:crypto'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { build } from 'vite'
import { rigVariables, startRig } from '../rig/rig.ts'
import { installBrowser, whyNoBrowser } from './chromium.ts'

/** Starts the rig and builds the page, once for all browser tests. */
export default async function setup(): Promise<void> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) return console.warn(`The browser tests are skipped: ${missing}.`)
  Object.assign(process.env, rigVariables(await startRig()))
  await buildPage()
}

const BUILT = 'dist/renderer-sources.txt'

/** Builds the page, unless the built one is of the very same sources. */
async function buildPage(): Promise<void> {
  const sources = await hashOfSources()
  const built = await readFile(BUILT, 'utf8').catch(() => undefined)
  const page = await readFile('dist/renderer/index.html').catch(() => undefined)
  if (built === sources && page) return
  await build({ configFile: 'vite.config.ts', logLevel: 'warn' })
  await writeFile(BUILT, sources)
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const files: string[] = []
  const made = ['{renderer,shared}/**/*.{ts,tsx,css,html,svg,json}', 'vite.config.ts', 'package-lock.json']
  for await (const file of glob(made)) files.push(file)
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(file))
  return hash.digest('hex')
}
