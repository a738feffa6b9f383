import { finish, start } from '../engine/command.ts'
import type { TestProject } from '../engine/test-project.ts'
import { callText, type EngineCall } from '../rig/engine-call.ts'
import type { When } from '../rig/engine-faults.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { States } from './states.ts'
import type { Story } from './stories.ts'

/** What is struck: a command, the project on which it works, and the folders in which it writes. */
export interface Scene {
  project: TestProject
  story: Pick<Story, 'name' | 'command'>
  folders: string[]
}

/** What happens to the command: it is killed, or it gets no reply and has to live with that. */
export type Fault = 'kill' | 'drop'

/** One place where a story's command is struck. */
export interface Point {
  story: string
  /** The engine call, as the run without faults made it. */
  call: EngineCall
  when: When
  fault: Fault
}

export const pointText = ({ story, call, when, fault }: Point): string =>
  `${story}: ${fault} ${when} ${callText(call)}`

/** What a command did that was struck. */
export interface Struck {
  /** The call at which it really happened; undefined when the command ended before it. */
  call: EngineCall | undefined
  code: number | null
  stdout: string
  stderr: string
}

/** A command that takes longer has hung. */
const PATIENCE = 60_000

/**
 * Runs a story's command to its end and returns where it can be struck: before and after each engine call that it made.
 * Two points at which a killed command leaves the same behind are one.
 */
export async function listPoints(scene: Scene, fault: Fault): Promise<Point[]> {
  const states = new States(scene.folders)
  const points: Point[] = []
  const observe = async (call: EngineCall, when: When) => {
    const isNew = await states.isNew(call, when)
    if (isNew || fault === 'drop') points.push({ story: scene.story.name, call, when, fault })
  }
  await using proxy = await startEngineProxy({ target: target(scene), observe })
  const { code, stdout, stderr } = await finish(run(scene, proxy.address))
  if (code !== 0) throw new Error(`"${scene.story.name}" failed without any fault: ${stdout}${stderr}`)
  return points
}

/** Runs a story's command and strikes it at a point. */
export async function strike(scene: Scene, { call, when, fault }: Point): Promise<Struck> {
  await using proxy = await startEngineProxy({ target: target(scene) })
  const reached = proxy.at(call.sequence, when, { kind: fault === 'kill' ? 'hold' : 'drop' })
  const child = run(scene, proxy.address)
  let at: EngineCall | undefined
  void reached.then((struck) => {
    at = struck.call
    if (fault === 'kill') child.kill('SIGKILL')
  })
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  const finished = await finish(child)
  clearTimeout(late)
  return { call: at, ...finished }
}

function run({ project, story }: Scene, address: string) {
  return start(project, [...story.command, '--json'], { DOCKER_HOST: address })
}

function target({ project }: Scene): string {
  const address = project.env['DOCKER_HOST']
  if (!address) throw new Error('DOCKER_HOST is not set: the rig does not run.')
  return address
}
