import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { buildPage } from '../app/checkout/build-page.ts'
import type { OperationEvent } from '../shared/operation.ts'

/** What tests run is what is shipped: the built command line and the built page. */
const ROOT = path.join(import.meta.dirname, '..')
/** The command line; there once `buildPrograms` was called. */
export const COMMAND_LINE = path.join(ROOT, 'dist/cli/main.js')

const execute = promisify(execFile)

/** Builds the command line and the desktop shell; takes a second. */
export async function buildPrograms(): Promise<void> {
  // In a process of its own: a test's NODE_ENV would make it a build for development.
  const { NODE_ENV: _, ...env } = process.env
  const rolldown = path.join(ROOT, 'node_modules/rolldown/bin/cli.mjs')
  await execute(process.execPath, [rolldown, '-c', 'rolldown.config.ts'], { cwd: ROOT, env })
}

/** The folder of the page, which is built unless the one that is there was made of the very same sources. */
export function builtPage(): Promise<string> {
  return buildPage(ROOT, { signal: new AbortController().signal, report: printOutput })
}

/** Prints what a build prints, which is nothing as long as it succeeds. */
function printOutput(event: OperationEvent): void {
  if (event.kind === 'log') console.error(event.text)
}
