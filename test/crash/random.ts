import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isProductError } from '../../shared/errors.ts'
import { finish, start } from '../engine/command.ts'
import { docker } from '../engine/docker.ts'
import { devcontainer, TestProject, testProject } from '../engine/test-project.ts'
import { type PrivateEngine, startPrivateEngine } from '../rig/private-engine.ts'
import { containersOf } from './engine-state.ts'

/** How often something was killed, and what was found wrong afterwards. */
export interface RandomReport {
  rounds: number
  killed: Record<Target, number>
  wrong: string[]
}

const TARGETS = ['command', 'container', 'engine'] as const
type Target = (typeof TARGETS)[number]

/** `vN` is any version. */
const COMMANDS = ['up', 'up', 'reset', 'reset --to vN', 'stop', 'restart', 'clean --yes'] as const
const LEVELS = 4
/** In milliseconds: a command is struck at some moment before. */
const LATEST = 1500
/** In milliseconds: what a killed command asked of the engine is done by then. */
const SETTLED = 2000
/** Every so many rounds, each version is gone back to. */
const EACH = 10

/**
 * Runs commands on a project of an engine of its own and, at a random moment, kills the command, the environment's
 * container or the engine itself with SIGKILL, again and again for so many milliseconds. After each blow one `up` has to
 * put everything right: exactly one environment runs, the data is as it was, what content hooks made in the workspace is
 * that of the version that runs, a known-good version is there.
 */
export async function killAtRandom(
  duration: number,
  report: (wrong: string[]) => void,
): Promise<RandomReport> {
  await using engine = await startPrivateEngine()
  process.env['DOCKER_HOST'] = engine.dockerHost
  await using project = await testProject(level(1))
  for (let n = 1; n <= LEVELS; n++) {
    await project.write(level(n))
    await project.up()
  }
  await project.exec('echo precious > /data/file')
  const key = await project.key()
  const killed: RandomReport['killed'] = { command: 0, container: 0, engine: 0 }
  const wrong: string[] = []
  const until = performance.now() + duration
  let rounds = 0
  while (performance.now() < until) {
    rounds++
    const { command, target } = await strike(engine, project, key)
    killed[target]++
    const found = await check(project, key, rounds % EACH === 0).catch((error: unknown) => [failure(error)])
    const told = found.map((text) => `round ${rounds}, ${target} killed in "${command}": ${text}`)
    wrong.push(...told)
    report(told)
  }
  return { rounds, killed, wrong }
}

const level = (n: number): Record<string, string> => ({
  ...devcontainer({
    build: { dockerfile: 'Dockerfile' },
    userEnvProbe: 'none',
    mounts: ['source=data,target=/data,type=volume'],
    customizations: { pristine: { keep: 1 } },
    // A folder and a single file in the workspace, which say of which version they are.
    onCreateCommand: 'mkdir made; cp /level made/level; cp /level .made',
  }),
  '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN sleep 0.3; echo ${n} > /level\n`,
})

async function strike(
  engine: PrivateEngine,
  project: TestProject,
  key: string,
): Promise<{ command: string; target: Target }> {
  await project.write(level(within(LEVELS) + 1))
  const command = pick(COMMANDS).replace('vN', `v${within(LEVELS) + 1}`)
  const target = pick(TARGETS)
  const child = start(project, command.split(' '))
  const ended = finish(child)
  await Promise.race([pause(within(LATEST)), ended])
  if (target === 'command') {
    child.kill('SIGKILL')
    // The engine goes on with a stop that it was asked for, whoever asked.
    if (command === 'stop' || command === 'restart') await pause(SETTLED)
  }
  if (target === 'container') await killContainer(key)
  if (target === 'engine') {
    await engine.kill()
    await engine.start()
  }
  await ended
  return { command, target }
}

async function killContainer(key: string): Promise<void> {
  const [environment] = await containersOf(key)
  // It may have gone, or never have run.
  if (environment)
    await docker()
      .getContainer(environment.id)
      .kill()
      .catch(() => {})
}

/** What is wrong after a blow, seen by a program that has just been started. */
async function check(project: TestProject, key: string, thoroughly: boolean): Promise<string[]> {
  const another = new TestProject(path.dirname(project.folder), project.folder, project.env)
  const wrong: string[] = []
  const { environment } = await another.up()
  if (environment.state !== 'ready') wrong.push(`the environment is ${environment.state}`)
  // What a killed command had asked for, the engine may have made after the repair: the next command removes it.
  if ((await containersOf(key)).some(({ role }) => role !== 'environment')) await another.up()
  const containers = await containersOf(key)
  if (containers.length !== 1 || !containers[0]?.running)
    wrong.push(`there are ${JSON.stringify(containers.map(({ name, running }) => [name, running]))}`)
  const data = (await another.exec('cat /data/file')).stdout
  if (data !== 'precious\n') wrong.push(`the data is ${JSON.stringify(data)}`)
  wrong.push(...(await foreignContent(another)))
  const versions = await another.versions()
  const good = versions.find(({ knownGood }) => knownGood)
  if (!good?.present) wrong.push(`known-good is ${good ? `v${good.ordinal}, and gone` : 'lost'}`)
  if (!thoroughly) return wrong
  for (const { ordinal } of versions.filter(({ wasReady }) => wasReady)) {
    const { version } = await another.reset(`v${ordinal}`)
    if (version.ordinal !== ordinal) wrong.push(`a reset to v${ordinal} gave v${version.ordinal}`)
    wrong.push(...(await foreignContent(another)))
  }
  return wrong
}

/** What content hooks made in the workspace, where it is of another version than the image of what runs. */
async function foreignContent(project: TestProject): Promise<string[]> {
  const { stdout } = await project.exec('cat /level made/level .made')
  const [level, folder, file] = stdout.split('\n')
  if (level && level === folder && level === file) return []
  return [`in the image, a folder and a file of the workspace: ${JSON.stringify([level, folder, file])}`]
}

const failure = (error: unknown): string =>
  isProductError(error) ? `${error.code}: ${error.message} ${error.why}` : String(error)
const within = (below: number): number => Math.floor(Math.random() * below)
function pick<T>(list: readonly [T, ...T[]]): T {
  return list[within(list.length)] ?? list[0]
}
