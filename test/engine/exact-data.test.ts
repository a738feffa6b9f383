import { afterAll, expect, test } from 'vitest'
import { prepareKills, VERBS } from '../data/kills.ts'
import { type Content, seededContent, stack } from '../data/stack.ts'
import { type Outcome, resetAfter, resetUnderLoad } from '../data/trial.ts'
import { WAYS } from '../data/ways.ts'
import { SAMPLE, SAMPLES, sampled } from '../sample.ts'
import { type TestProject, testProject } from './test-project.ts'

/** All of it, more often: npm run test:data */

const ROWS = 5_000
const wrongOf = ({ what, wrong }: Outcome) => wrong.map((text) => `${what}: ${text}`)

/** In milliseconds: the first test also starts the stack. */
const LONG = 300_000

let project: TestProject | undefined
let started: Promise<{ project: TestProject; seed: Content }> | undefined
/** One stack for all of these, started by the first that runs: in a sample, that may be none. */
const shared = () => (started ??= start())
async function start() {
  project = await testProject(stack(ROWS))
  return { project, seed: await seededContent(project, ROWS) }
}
afterAll(() => project?.[Symbol.asyncDispose]())

test('databases that are written to are reset to exactly their seed', { timeout: LONG }, async () => {
  const { project, seed } = await shared()
  for (let time = 0; time < 2; time++) expect(wrongOf(await resetUnderLoad(project, ROWS, seed))).toEqual([])
})

test.each(sampled(WAYS, SAMPLES))(
  'a reset of the data brings the seed back after: $name',
  { timeout: LONG },
  async (way) => {
    const { project, seed } = await shared()
    expect(wrongOf(await resetAfter(project, way, seed))).toEqual([])
  },
)

test('databases are exactly as before, or as after it, where a command is killed at an engine call', {
  timeout: LONG,
}, async () => {
  const { project, seed } = await shared()
  const at = SAMPLE === undefined ? undefined : ((Number(SAMPLE) % SAMPLES) + 0.5) / SAMPLES
  const verbs = sampled(VERBS, 4)
  const count = 2 * verbs.length
  const outcomes: Outcome[] = []
  for (const trial of await prepareKills(project, { verbs, rows: ROWS, seed, count, at }))
    outcomes.push(await trial())
  expect(outcomes.flatMap(wrongOf)).toEqual([])
  // How often a command looks at what it waits for is not the same each time: its last calls may have other numbers.
  expect(outcomes.filter(({ missed }) => !missed).length).toBeGreaterThanOrEqual(count / 2)
})
