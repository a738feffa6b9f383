import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { runProgram } from './cli/program.ts'

/**
 * `npm start`: the app from its sources, as a page for the browser of this computer. Builds the page first when it is
 * not built, or older than what it is made from. Arguments go to `pristine serve`.
 */
const ROOT = path.join(import.meta.dirname, '..')

process.exitCode = (await buildPage()) || (await startPage(process.argv.slice(2)))

/** Serves the page until Ctrl-C; its exit code. */
function startPage(args: string[]): Promise<number> {
  return runProgram(['serve', ...args])
}

/** Builds the page if need be; the build's exit code. */
async function buildPage(): Promise<number> {
  const built = await changedAt(path.join(ROOT, 'dist/renderer/index.html'))
  const sources = await Promise.all(['renderer', 'shared', 'vite.config.ts', 'package-lock.json'].map(newest))
  if (built > Math.max(...sources)) return 0
  process.stderr.write('Building the page…\n')
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js')
  const build = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
  })
  return new Promise((resolve) => build.on('close', (code) => resolve(code ?? 1)))
}

/** When the newest file of a folder changed. */
async function newest(name: string): Promise<number> {
  const folder = path.join(ROOT, name)
  const names = await readdir(folder, { recursive: true }).catch(() => [''])
  return Math.max(0, ...(await Promise.all(names.map((file) => changedAt(path.join(folder, file))))))
}

async function changedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0
}
