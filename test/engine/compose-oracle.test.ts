import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { whyBorrowed } from '../rig/borrowed-engine.ts'
import { dockerCompose } from '../rig/docker-plugins.ts'
import { isSample } from '../sample.ts'
import { ANSWERS, answerText, CASES, type Case } from '../unit/compose/cases.ts'

/*
 * The unit tests compare what is read of Compose files with the answers of docker-compose that are kept beside the files.
 * Here docker-compose is asked again. `npm run test:oracle -- -u` keeps what it says.
 */

const HOME = '/home/person'

test.skipIf(isSample || whyBorrowed())('the kept answers are those of docker-compose', async () => {
  const compose = await dockerCompose()
  const answers: Record<string, unknown> = {}
  for (const one of CASES) answers[one.name] = JSON.parse(await ask(compose, one))
  await expect(`${JSON.stringify(answers, null, 1)}\n`).toMatchFileSnapshot(ANSWERS)
})

/** What docker-compose makes of a case, in a folder beside which nothing lies. */
async function ask([command, ...args]: [string, ...string[]], one: Case): Promise<string> {
  const above = await mkdtemp(path.join(tmpdir(), 'pristine-compose-'))
  const project = path.join(above, 'project')
  await cp(one.path, project, { recursive: true })
  const options = [
    ...one.files.flatMap((file) => ['-f', file]),
    ...one.profiles.flatMap((profile) => ['--profile', profile]),
    ...(one.stack === undefined ? [] : ['-p', one.stack]),
  ]
  const { stdout } = await promisify(execFile)(command, [...args, ...options, 'config', '--format', 'json'], {
    cwd: project,
    env: { HOME, PATH: process.env['PATH'], ...one.env },
  })
  await rm(above, { recursive: true })
  return answerText(stdout, project, HOME)
}
