import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'

/** What decides the built page, relative to the checkout. */
const SOURCES = [
  '{renderer,shared}/**/*.{ts,tsx,css,html,svg,json}',
  'build/third-party-licenses.ts',
  'vite.config.ts',
  'package-lock.json',
]

/** The folder of the built page in a checkout. */
export const builtPageOf = (checkout: string): string => path.join(checkout, 'dist/renderer')

/** The file in which each build records the hash of the sources that it was made of. */
export const pageRecordOf = (checkout: string): string => path.join(checkout, 'dist/renderer-sources.txt')

/** The SHA-256, in hexadecimal digits, of the names and contents of all files that decide the page of a checkout. */
export async function hashPageSources(checkout: string): Promise<string> {
  const files: string[] = []
  for await (const file of glob(SOURCES, { cwd: checkout })) files.push(file)
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(path.join(checkout, file)))
  return hash.digest('hex')
}
