import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

/** What tests run is what is shipped: the built command line and the built page. */
const ROOT = path.join(import.meta.dirname, '..')
/** The command line; there once `buildPrograms` was called. */
export const COMMAND_LINE = path.join(ROOT, 'dist/cli/main.js')
const PAGE = path.join(ROOT, 'dist/renderer')
/** What the page that stands there was built of. */
const SOURCES = path.join(ROOT, 'dist/renderer-sources.txt')

const execute = promisify(execFile)

/** Builds the command line and the desktop shell; takes a second. */
export async function buildPrograms(): Promise<void> {
  await run('node_modules/rolldown/bin/cli.mjs', '-c', 'rolldown.config.ts')
}

/** The folder of the page, which is built unless the one that stands there is of the very same sources. */
export async function builtPage(): Promise<string> {
  const sources = await hashOfSources()
  const built = await readFile(SOURCES, 'utf8').catch(() => undefined)
  const page = await readFile(path.join(PAGE, 'index.html')).catch(() => undefined)
  if (built !== sources || !page) {
    await run('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn')
    await writeFile(SOURCES, sources)
  }
  return PAGE
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const files: string[] = []
  const made = [
    '{renderer,shared}/**/*.{ts,tsx,css,html,svg,json}',
    'build/third-party-licenses.ts',
    'vite.config.ts',
    'package-lock.json',
  ]
  for await (const file of glob(made, { cwd: ROOT })) files.push(file)
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(path.join(ROOT, file)))
  return hash.digest('hex')
}

/** In a process of its own: a test's NODE_ENV would make it a build for development. */
async function run(program: string, ...args: string[]): Promise<void> {
  const { NODE_ENV: _, ...env } = process.env
  await execute(process.execPath, [path.join(ROOT, program), ...args], { cwd: ROOT, env })
}
