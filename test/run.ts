import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ProcessGroup } from './process-group.ts'
import { whyBorrowed } from './rig/borrowed-engine.ts'
import { ALL_PACKAGES, installPackages } from './rig/packages.ts'
import { SAMPLES } from './sample.ts'

/**
 * Runs every suite and ends with one line over all of them: "N passed, N failed, N skipped". With `--sample`, of the longer
 * tests some are taken, others each time (`sample.ts`), and on a slow machine it ends before the last one (`time-limit.ts`);
 * with `PRISTINE_SAMPLE=N`, those of that number. All other arguments go to vitest.
 */
interface Report {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numFailedTestSuites: number
  testResults: { assertionResults: Assertion[] }[]
}
interface Assertion {
  status: string
  fullName: string
  failureMessages: string[]
  meta: { late?: true }
}

/** In minutes: so long after the beginning no test of a sample begins that needs an engine. */
const LIMIT = 13
const until = Date.now() + LIMIT * 60_000

// Tests look for them when their files are loaded.
if (!whyBorrowed()) await installPackages(ALL_PACKAGES).catch((error: Error) => console.error(error.message))

const folder = await mkdtemp(path.join(tmpdir(), 'pristine-report-'))
const file = path.join(folder, 'report.json')
const vitest = path.join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const args = process.argv.slice(2).filter((arg) => arg !== '--sample')
const sample =
  process.argv.includes('--sample') || process.env['PRISTINE_SAMPLE']
    ? (process.env['PRISTINE_SAMPLE'] ?? String(randomInt(SAMPLES)))
    : undefined
const env =
  sample === undefined
    ? process.env
    : { ...process.env, PRISTINE_SAMPLE: sample, PRISTINE_TESTS_UNTIL: String(until) }
/** Which of the longer tests are taken, and how others are. */
const taken = `Of the longer tests, sample ${sample}: "PRISTINE_SAMPLE=${sample} npm test" takes the same again, "npm run test:all" takes all.`
if (sample !== undefined) console.log(taken)
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
// In a process group of its own: a story that runs out of time leaves what it started behind, and that ends with the run.
const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
  env,
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: process.platform !== 'win32',
})
if (child.pid === undefined) throw new Error('Vitest cannot be started.')
const group = new ProcessGroup(child.pid)
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => group.signal(name))
const ended = new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)))
let code = await Promise.race([ended, overdue()])

/** Ends Vitest where it has not ended a minute after its report: it waits without limit for what a worker left open. */
async function overdue(): Promise<undefined> {
  const reported = () =>
    access(file).then(
      () => true,
      () => false,
    )
  while (!(await reported())) await setTimeout(1000, undefined, { ref: false })
  await setTimeout(60_000, undefined, { ref: false })
  console.log('Vitest reported, did not end within a minute, and was ended.')
  child.kill('SIGKILL')
}

/** The rig is not among them: it stays for the next run, in sessions of its own. */
async function endWhatIsLeft(): Promise<void> {
  const left = group.living()
  group.signal('SIGTERM')
  if (left.length === 0) return
  console.log(`A test left this running, and it was ended:\n  ${left.join('\n  ')}`)
  for (let waited = 0; waited < 5_000 && group.living().length > 0; waited += 100) await setTimeout(100)
  group.signal('SIGKILL')
}

try {
  const report = JSON.parse(await readFile(file, 'utf8')) as Report
  code ??= report.success ? 0 : 1
  const skipped = report.numPendingTests + report.numTodoTests
  const assertions = report.testResults.flatMap((suite) => suite.assertionResults)
  for (const { fullName, status, failureMessages, meta } of assertions) {
    if (meta.late) continue
    if (status === 'skipped' || status === 'pending' || status === 'todo') console.log(`skipped: ${fullName}`)
    if (status === 'passed' && failureMessages.length > 0) {
      console.log(`passed on the second try: ${fullName}: ${failureMessages[0]?.split('\n')[0]}`)
    }
  }
  if (sample !== undefined) console.log(taken)
  const late = assertions.filter(({ meta }) => meta.late).length
  if (late > 0) console.log(`skipped: ${late} tests, because the ${LIMIT} minutes of a sample were over`)
  const because = whyBorrowed()
  if (because) console.log(`skipped: the stories on containerd's image store: ${because}`)
  // A file that could not be loaded ran no test, and still failed.
  const failed = Math.max(report.numFailedTests, code === 0 ? 0 : 1)
  console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
} catch {
  code ||= 1
  console.log('0 passed, 1 failed, 0 skipped')
} finally {
  await endWhatIsLeft()
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = code
