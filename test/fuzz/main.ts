/**
 * `npm run test:fuzz [-- --count N] [--seed N] [--case N]`: a hundred thousand broken definitions, or so many, or the
 * one of them.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Progress } from '../progress.ts'
import { fuzz } from './fuzz.ts'
import { Tally } from './tally.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    case: { type: 'string' },
  },
})
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
const only = values.case === undefined ? undefined : Number(values.case)

console.log(`seed ${seed}`)
const count = Number(values.count)
const tally = new Tally()
const progress = new Progress('fuzz')
let done = 0
await fuzz({
  seed,
  count,
  only,
  report: (outcome) => {
    tally.add(outcome)
    if (only === undefined) progress.at(++done, count, 'definitions')
    const { index, failure } = outcome
    if (!failure) return
    console.log(`✗ ${failure.wrong}\n    npm run test:fuzz -- --seed ${seed} --case ${index}`)
    console.log(`    devcontainer.json: ${short(failure.devcontainer)}`)
    console.log(`    Dockerfile: ${short(failure.dockerfile)}`)
    if (failure.inRepository) console.log('    in a folder of a repository')
  },
})
console.log(tally.text())
process.exitCode = tally.failed > 0 ? 1 : 0

function short(text: string | undefined): string {
  if (text === undefined) return 'none'
  return text.length > 5000 ? `${text.slice(0, 5000)}… (${text.length} characters)` : text
}
