import { rename } from 'node:fs/promises'
import path from 'node:path'
import { containersOf } from '../crash/engine-state.ts'
import { type Finished, pristine } from '../engine/command.ts'
import { devcontainer, type TestProject, testProject } from '../engine/test-project.ts'

const PROCESSES = 8
const VERBS = [['up'], ['reset'], ['status'], ['clean', '--yes']]

/** What came of one command. */
export interface Outcome {
  verb: string
  /** `busy` is what a command is told while another one writes. */
  kind: 'done' | 'busy' | 'wrong'
  text: string
}

/**
 * Eight lanes of processes at one project, none waiting for another: in each round each lane runs one of `up`, `reset`,
 * `status` and `clean`, while the definition changes. Returns the outcomes, and what is wrong at the end. `report` is called
 * after each round of the first lane.
 */
export async function writers(
  rounds: number,
  report: (round: number) => void = () => {},
): Promise<{ outcomes: Outcome[]; wrong: string[] }> {
  await using project = await testProject({})
  await define(project, 0)
  await project.up()
  await project.exec('echo whole >/data/file')
  const lane = async (number: number): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    for (let round = 0; round < rounds; round++) {
      if (number === round % PROCESSES) await define(project, round)
      const [verb = '', ...options] = VERBS[(number + round) % VERBS.length] ?? []
      outcomes.push(outcomeOf(verb, await pristine(project, verb, ...options, '--json')))
      if (number === 0) report(round + 1)
    }
    return outcomes
  }
  const outcomes = (await Promise.all(Array.from({ length: PROCESSES }, (_, number) => lane(number)))).flat()
  return { outcomes, wrong: await wrongAtEnd(project) }
}

/** Replaces the definition as a whole, so that nobody reads half of it. Some come again, and their versions with them. */
async function define(project: TestProject, round: number): Promise<void> {
  const definition = {
    image: 'busybox:1.36',
    userEnvProbe: 'none',
    containerEnv: { ROUND: String(round % 5), WRITERS: path.basename(path.dirname(project.folder)) },
    mounts: ['source=data,target=/data,type=volume'],
    customizations: { pristine: { keep: 1 } },
  }
  const [[file = '', text = ''] = []] = Object.entries(devcontainer(definition))
  const beside = `${file}.${round}`
  await project.write({ [beside]: text })
  await rename(path.join(project.folder, beside), path.join(project.folder, file))
}

function outcomeOf(verb: string, { code, stdout, stderr }: Finished): Outcome {
  if (code === 0) return { verb, kind: 'done', text: '' }
  const text = `${verb} ended with ${code}: ${stdout}${stderr}`
  return { verb, kind: /"code": "busy"/.test(stdout) ? 'busy' : 'wrong', text }
}

async function wrongAtEnd(project: TestProject): Promise<string[]> {
  const wrong: string[] = []
  const { environment } = await project.up()
  if (environment.state !== 'ready') wrong.push(`the environment is ${environment.state}`)
  if ((await project.up()).action !== 'none') wrong.push('a second up finds something to do')
  const containers = (await containersOf(await project.key())).map(({ name }) => name)
  if (containers.length !== 1) wrong.push(`there is not one container: ${containers.join(', ')}`)
  const { stdout } = await project.exec('cat /data/file')
  if (stdout !== 'whole\n') wrong.push(`the data is ${JSON.stringify(stdout)}`)
  return wrong
}
