/** `npm run test:writers [-- --rounds N]`: eight processes at one project. Needs the rig, which it starts. */
import { parseArgs } from 'node:util'
import { Progress } from '../progress.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { writers } from './writers.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } })
const rounds = Number(values.rounds)

Object.assign(process.env, rigVariables(await startRig()))
const began = performance.now()
const progress = new Progress('writers')
const { outcomes, wrong } = await writers(rounds, (round) => progress.at(round, rounds, 'rounds'))
const seconds = Math.round((performance.now() - began) / 1000)

const count = (fits: string, verb?: string): number =>
  outcomes.filter((one) => one.kind === fits && (verb === undefined || one.verb === verb)).length
for (const verb of new Set(outcomes.map((one) => one.verb)))
  console.log(
    `${verb}: ${count('done', verb)} done, ${count('busy', verb)} busy, ${count('wrong', verb)} failed`,
  )
for (const { kind, text } of outcomes) if (kind === 'wrong') console.log(`✗ ${text}`)
for (const text of wrong) console.log(`✗ at the end ${text}`)
console.log(
  `${rounds} rounds, ${outcomes.length} commands in ${seconds} s: ${count('done')} done, ${count('busy')} busy, ` +
    `${count('wrong')} failed; ${wrong.length === 0 ? 'one environment' : 'wrong'} at the end`,
)
process.exitCode = wrong.length + count('wrong') > 0 ? 1 : 0
