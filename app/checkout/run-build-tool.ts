import { spawn } from 'node:child_process'
import path from 'node:path'
import { LastLines } from '../../main/docker/streams/last-lines.ts'
import { WholeLines } from '../../main/docker/streams/whole-lines.ts'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'

/** A part of the app, and the installed tool that builds it: a JavaScript file below node_modules. */
interface Build {
  part: string
  program: string
  args: string[]
}

/**
 * Runs a tool that builds a part of the app, in the folder of a checkout, and reports it as one step.
 * Errors: `app-build-failed`, `cancelled`.
 */
export async function runBuildTool(checkout: string, build: Build, run: Run): Promise<void> {
  const { part, program, args } = build
  const step = { kind: 'step', id: part, name: `Build: ${part}`, phase: 'build' } as const
  run.report({ ...step, state: 'running' })
  // Otherwise a test's or a person's own NODE_ENV would decide whether it is a build for development.
  const { NODE_ENV: _, ...env } = process.env
  const child = spawn(process.execPath, [path.join(checkout, 'node_modules', program), ...args], {
    cwd: checkout,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = new LastLines()
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new WholeLines((text) => {
      run.report({ kind: 'log', step: part, text })
      output.add(text)
    })
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => lines.push(chunk))
    stream.on('end', () => lines.end())
  }
  const stop = () => child.kill()
  run.signal.addEventListener('abort', stop)
  if (run.signal.aborted) stop()
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (ended) => resolve(ended ?? 1))
  })
  run.signal.removeEventListener('abort', stop)
  run.report({ ...step, state: code === 0 ? 'done' : 'failed' })
  if (run.signal.aborted) throw productError('cancelled', { left: `${part} was not built.` })
  if (code !== 0) throw productError('app-build-failed', { part, code, output: output.lines })
}
