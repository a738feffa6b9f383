import { glob, stat } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'vite'

const ROOT = path.join(import.meta.dirname, '../..')

/** The folder of the built page, which is built when it is not there or older than what it is made of. */
export async function builtPage(): Promise<string> {
  const folder = path.join(ROOT, 'dist/renderer')
  if (!(await isBuilt(folder)))
    await build({ configFile: path.join(ROOT, 'vite.config.ts'), logLevel: 'warn' })
  return folder
}

async function isBuilt(folder: string): Promise<boolean> {
  const page = await stat(path.join(folder, 'index.html')).catch(() => undefined)
  if (!page) return false
  for await (const file of glob(['{renderer,shared}/**/*.*', 'vite.config.ts', 'package-lock.json'], {
    cwd: ROOT,
  })) {
    if ((await stat(path.join(ROOT, file))).mtimeMs > page.mtimeMs) return false
  }
  return true
}
