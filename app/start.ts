import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { runProgram } from './cli/program.ts'
import { findRuntime } from './electron-runtime.ts'

/**
 * `npm start`: the app from its sources, as a desktop app where Electron's runtime and a display are there, else as a page
 * for the browser of this computer; it says which and why. Builds the page first when it is not built, or older than what
 * it is made from. Arguments go to `pristine serve`; with any, that is what is started.
 */
const ROOT = path.join(import.meta.dirname, '..')

process.exitCode = (await buildPage()) || (await start(process.argv.slice(2)))

async function start(args: string[]): Promise<number> {
  const found = args.length > 0 ? { missing: 'arguments for "pristine serve" were given' } : findRuntime()
  if ('program' in found) {
    process.stderr.write('Starting the desktop app.\n')
    return (
      (await build('rolldown/bin/cli.mjs', '-c', 'rolldown.config.ts')) || (await startApp(found.program))
    )
  }
  process.stderr.write(`Starting the web mode, not the desktop app: ${found.missing}.\n`)
  return startPage(args)
}

/** Runs the desktop app until it is quit; its exit code. */
function startApp(program: string): Promise<number> {
  return ended(spawn(program, [ROOT], { stdio: 'inherit' }))
}

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
  return build('vite/bin/vite.js', 'build', '--logLevel', 'warn')
}

/** Runs a tool that builds; its exit code. */
function build(tool: string, ...args: string[]): Promise<number> {
  const file = path.join(ROOT, 'node_modules', tool)
  const stdio = ['ignore', process.stderr, process.stderr] as const
  return ended(spawn(process.execPath, [file, ...args], { cwd: ROOT, stdio: [...stdio] }))
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
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
