import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
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

const execute = promisify(execFile)
const BUILT = 'dist/renderer-sources.txt'

/** Builds the page, unless the built one is of the very same sources. */
async function buildPage(): Promise<void> {
  const sources = await hashOfSources()
  const built = await readFile(BUILT, 'utf8').catch(() => undefined)
  const page = await readFile('dist/renderer/index.html').catch(() => undefined)
  if (built === sources && page) return
  // In a process of its own: this one's NODE_ENV would make it a page for development.
  const { NODE_ENV: _, ...env } = process.env
  await execute(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], { env })
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
