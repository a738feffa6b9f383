/**
 * `npm run test:data [-- --resets N] [--crashes N] [--rows N]`: a stack with PostgreSQL and Redis that is reset under load, whose
 * commands are killed, and whose data is broken in every way of `ways.ts`. Needs the rig, which it starts.
 */
import { parseArgs } from 'node:util'
import { testProject } from '../engine/test-project.ts'
import { Progress } from '../progress.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { prepareKills } from './kills.ts'
import { seededContent, stack } from './stack.ts'
import { type Outcome, resetAfter, resetUnderLoad } from './trial.ts'
import { WAYS } from './ways.ts'

const { values } = parseArgs({
  options: {
    resets: { type: 'string', default: '50' },
    crashes: { type: 'string', default: '50' },
    rows: { type: 'string', default: '5000' },
  },
})
const [resets, crashes, rows] = [count('resets'), count('crashes'), count('rows')]

// What was started is removed then, too: after the command that runs, which a terminal interrupts as well.
let isEnded = false
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => (isEnded = true))

Object.assign(process.env, rigVariables(await startRig()))
const began = performance.now()
const outcomes: Outcome[] = []
let struck = 0
await prove().catch((error: unknown) => {
  if (!isEnded) throw error
})
const failed = outcomes.filter(({ wrong }) => wrong.length > 0).length
const missed = outcomes.filter((one) => one.missed).length
const seconds = Math.round((performance.now() - began) / 1000)
console.log(
  `${outcomes.length} trials in ${seconds} s, ${failed} failed, ${missed} kills not reached${isEnded ? '; ended early' : ''}`,
)
// Of what was asked for, something must have happened; without a kill, nothing is known of kills.
const isUnstruck = crashes > 0 && struck === 0
const isNothing = outcomes.length === 0 || isUnstruck
if (isUnstruck) console.log('✗ no kill struck')
process.exitCode = failed > 0 || isEnded || isNothing ? 1 : 0

/** The whole number that an option gives. */
function count(name: keyof typeof values): number {
  if (/^\d+$/.test(values[name])) return Number(values[name])
  throw new Error(`--${name} must be a whole number, not "${values[name]}"`)
}

async function prove(): Promise<void> {
  console.error(`data: bringing up web, PostgreSQL and Redis with a seed of ${rows} rows`)
  await using project = await testProject(stack(rows))
  const seed = await seededContent(project, rows)
  const loads = Array.from({ length: resets }, () => () => resetUnderLoad(project, rows, seed))
  await all('resets', loads)
  await all(
    'ways',
    WAYS.map((way) => () => resetAfter(project, way, seed)),
  )
  if (crashes > 0 && !isEnded) {
    console.error('data: counting the engine calls of the commands')
    const before = outcomes.length
    await all('kills', await prepareKills(project, { rows, seed, count: crashes }))
    struck = outcomes.slice(before).filter(({ missed }) => !missed).length
  }
  console.error('data: removing what was made')
}

async function all(unit: string, trials: (() => Promise<Outcome>)[]): Promise<void> {
  const progress = new Progress('data')
  progress.at(0, trials.length, unit)
  for (const [index, trial] of trials.entries()) {
    if (isEnded) return
    const outcome = await trial()
    // What was interrupted is no failure.
    if (isEnded) return
    outcomes.push(outcome)
    for (const text of outcome.wrong) console.log(`✗ ${outcome.what}\n    ${text}`)
    progress.at(index + 1, trials.length, unit)
  }
}
