/**
 * `npm run test:crash [-- --story NAME] [--sample N] [--call N] [--fault kill|drop] [--recovery up|status]`:
 * every kill point of every story; `-- --random MINUTES`: commands, containers and the engine killed at random moments.
 * Needs the rig, which it starts.
 */
import { parseArgs } from 'node:util'
import { Progress } from '../progress.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { crash, type Outcome } from './crash.ts'
import { killAtRandom } from './random.ts'
import { STORIES } from './stories.ts'

const { values } = parseArgs({
  options: {
    story: { type: 'string' },
    sample: { type: 'string' },
    call: { type: 'string' },
    fault: { type: 'string', default: 'kill' },
    recovery: { type: 'string', default: 'up' },
    random: { type: 'string' },
  },
})

/** In milliseconds, on a computer that does nothing else. */
const LONGEST_RECOVERY = 5_000

Object.assign(process.env, rigVariables(await startRig()))
if (values.random === undefined) await everyPoint()
else await atRandom(Number(values.random))

async function everyPoint(): Promise<void> {
  const began = performance.now()
  const stories = STORIES.filter(({ name }) => values.story === undefined || name === values.story)
  console.error('crash: bringing the stories to their starts, and counting their engine calls')
  let progress = new Progress('crash')
  let [points, done] = [0, 0]
  const outcomes = await crash({
    stories,
    sample: values.sample === undefined ? undefined : Number(values.sample),
    fault: values.fault === 'drop' ? 'drop' : 'kill',
    recovery: values.recovery === 'status' ? 'status' : 'up',
    only: ({ call }) => values.call === undefined || call.sequence === Number(values.call),
    begin: (count) => {
      points = count
      progress = new Progress('crash')
      progress.at(0, points, 'points')
    },
    report: (outcome) => {
      print(outcome)
      progress.at(++done, points, 'points')
    },
  })

  const tried = outcomes.filter(({ missed }) => !missed)
  const failed = tried.filter(({ wrong }) => wrong.length > 0)
  const slowest = Math.max(0, ...tried.map(({ milliseconds }) => milliseconds))
  const seconds = Math.round((performance.now() - began) / 1000)
  if (slowest > LONGEST_RECOVERY) console.log(`✗ a recovery took longer than ${LONGEST_RECOVERY / 1000} s`)
  console.log(
    `${tried.length} points tried in ${seconds} s, ${failed.length} failed, ${outcomes.length - tried.length} not reached; ` +
      `the slowest recovery took ${(slowest / 1000).toFixed(1)} s`,
  )
  process.exitCode = failed.length > 0 || tried.length === 0 || slowest > LONGEST_RECOVERY ? 1 : 0
}

async function atRandom(minutes: number): Promise<void> {
  const began = performance.now()
  const progress = new Progress('crash')
  const { rounds, killed, wrong } = await killAtRandom(minutes * 60_000, (found) => {
    for (const text of found) console.log(`✗ ${text}`)
    progress.at(Math.round((performance.now() - began) / 60_000), minutes, 'minutes')
  })
  const counts = Object.entries(killed).map(([target, count]) => `${target} ${count} times`)
  console.log(`${rounds} rounds, killed ${counts.join(', ')}; ${wrong.length} things wrong`)
  process.exitCode = wrong.length > 0 || rounds === 0 ? 1 : 0
}

function print({ point, missed, wrong }: Outcome): void {
  if (missed) console.log(`- ${point}: not reached`)
  for (const text of wrong) console.log(`✗ ${point}\n    ${text}`)
}
