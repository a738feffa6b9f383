import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { Progress } from './progress.ts'
import { whyBorrowed } from './rig/borrowed-engine.ts'
import { ENGINES, type EngineName, engineName } from './rig/engine-name.ts'
import { startRig } from './rig/rig.ts'
import { RigError } from './rig/rig-error.ts'

/**
 * Runs the engine suite on each engine that the rig brings: `npm run test:engines -- [ENGINE…] [-- VITEST…]`. Takes ten
 * minutes and more for each; ends with one line for each, and fails where one failed.
 */
const vitest = path.join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')

interface Outcome {
  engine: EngineName
  passed: boolean
  minutes: string
}

async function runSuite(engine: EngineName, more: string[]): Promise<Outcome> {
  const began = performance.now()
  await startRig(engine)
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'engine', ...more], {
    stdio: 'inherit',
    env: { ...process.env, PRISTINE_RIG_ENGINE: engine },
  })
  const [code] = await once(child, 'close')
  return { engine, passed: code === 0, minutes: ((performance.now() - began) / 60_000).toFixed(1) }
}

async function main(args: string[]): Promise<Outcome[]> {
  const because = whyBorrowed()
  if (because) throw new RigError(`No engines can be brought: ${because}.`, 'Use "npm run test:engine".')
  const at = args.indexOf('--')
  const [names, more] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)]
  const engines = names.length > 0 ? names.map(engineName) : ENGINES
  const outcomes: Outcome[] = []
  const progress = new Progress('engines')
  for (const [index, engine] of engines.entries()) {
    progress.at(index, engines.length, 'engines')
    console.log(`\nengine ${index + 1} of ${engines.length}: ${engine}`)
    outcomes.push(await runSuite(engine, more))
  }
  return outcomes
}

try {
  const outcomes = await main(process.argv.slice(2))
  for (const { engine, passed, minutes } of outcomes) {
    console.log(`${engine.padEnd(16)} ${passed ? 'passed' : 'FAILED'} in ${minutes} min`)
  }
  process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1
} catch (error) {
  if (!(error instanceof RigError)) throw error
  console.error(`rig: ${error.message}\n     ${error.next}`)
  process.exitCode = 1
}
