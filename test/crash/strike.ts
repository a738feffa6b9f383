import { finish, start } from '../engine/command.ts'
import { callText, type EngineCall } from '../rig/engine-call.ts'
import type { When } from '../rig/engine-faults.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import type { Stage } from './stage.ts'
import { States } from './states.ts'

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
export async function listPoints(stage: Stage, fault: Fault): Promise<Point[]> {
  const states = new States(stage.folders)
  const points: Point[] = []
  const observe = async (call: EngineCall, when: When) => {
    const isNew = await states.isNew(call, when)
    if (isNew || fault === 'drop') points.push({ story: stage.story.name, call, when, fault })
  }
  await using proxy = await startEngineProxy({ target: target(stage), observe })
  const { code, stdout, stderr } = await finish(run(stage, proxy.address))
  if (code !== 0) throw new Error(`"${stage.story.name}" failed without any fault: ${stdout}${stderr}`)
  return points
}

/** Runs a story's command and strikes it at a point. */
export async function strike(stage: Stage, { call, when, fault }: Point): Promise<Struck> {
  await using proxy = await startEngineProxy({ target: target(stage) })
  const reached = proxy.at(call.sequence, when, { kind: fault === 'kill' ? 'hold' : 'drop' })
  const child = run(stage, proxy.address)
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

function run(stage: Stage, address: string) {
  return start(stage.project, [...stage.story.command, '--json'], { DOCKER_HOST: address })
}

function target(stage: Stage): string {
  const address = stage.project.env['DOCKER_HOST']
  if (!address) throw new Error('DOCKER_HOST is not set: the rig does not run.')
  return address
}
