import { spawn } from 'node:child_process'
import path from 'node:path'
import type { Run } from '../shared/operation.ts'
import { buildPage } from './checkout/build-page.ts'
import { runBuildTool } from './checkout/run-build-tool.ts'
import { runProgram } from './cli/program.ts'
import { runVerb } from './cli/session.ts'
import { findRuntime } from './electron-runtime.ts'

/**
 * `npm start`: the app from its sources, as a desktop app if Electron's runtime and a display are available, otherwise
 * as a page for the browser on this computer; it prints which and why. Arguments go to `pristine serve`; with any, that
 * is what is started. What is missing or older than its sources is built first.
 */
const ROOT = path.join(import.meta.dirname, '..')

process.exitCode = await start(process.argv.slice(2))

async function start(args: string[]): Promise<number> {
  const found = args.length > 0 ? { missing: 'arguments for "pristine serve" were given' } : findRuntime()
  if ('program' in found) {
    process.stderr.write('Starting the desktop app.\n')
    return (await runVerb({}, ({ run }) => buildApp(run))) || (await startApp(found.program))
  }
  process.stderr.write(`Starting the web mode, not the desktop app: ${found.missing}.\n`)
  return runProgram(['serve', ...args])
}

async function buildApp(run: Run): Promise<number> {
  await buildPage(ROOT, run)
  const rolldown = { program: 'rolldown/bin/cli.mjs', args: ['-c', 'rolldown.config.ts'] }
  await runBuildTool(ROOT, { part: 'The desktop shell', ...rolldown }, run)
  return 0
}

/** Runs the desktop app until it is quit; its exit code. */
function startApp(program: string): Promise<number> {
  const child = spawn(program, [ROOT], { stdio: 'inherit' })
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
}
