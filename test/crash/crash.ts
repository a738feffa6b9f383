import { availableParallelism } from 'node:os'
import { ask, type Recovery } from './questions.ts'
import { Stage } from './stage.ts'
import { STORIES, type Story } from './stories.ts'
import { type Fault, listPoints, type Point, pointText, strike } from './strike.ts'

export interface CrashOptions {
  stories?: Story[]
  /** How many points to try, as many of each story, spread evenly over it; all when not given. */
  sample?: number | undefined
  /** Where in each of so many equal parts of a story the point is, from 0 to below 1; in the middle when not given. */
  at?: number
  fault?: Fault
  recovery?: Recovery
  /** Leaves points out. */
  only?: (point: Point) => boolean
  /** Called with how many points are tried, before the first of them. */
  begin?: (points: number) => void
  /** Called after each point. */
  report?: (outcome: Outcome) => void
}

/** So many stories run side by side: one waits for the engine while another computes. */
const AT_ONCE = 2 * availableParallelism()

/** What came of one point. */
export interface Outcome {
  point: string
  /** The command ended before it came to this point; nothing was tried. */
  missed: boolean
  wrong: string[]
  /** How long the recovery took. */
  milliseconds: number
}

/**
 * Strikes each story's command at its engine calls, before and after the engine's reply, each time from the same state;
 * recovers, and asks the five questions. Some stories run side by side.
 */
export async function crash(options: CrashOptions = {}): Promise<Outcome[]> {
  const { stories = STORIES, fault = 'kill', recovery = 'up', only = () => true } = options
  const lanes: Lane[] = []
  try {
    await someAtOnce(stories, async (story) => lanes.push(await openLane(story, fault)))
    const each = options.sample === undefined ? undefined : Math.ceil(options.sample / lanes.length)
    const chosen = new Set(lanes.flatMap(({ points }) => spread(points.filter(only), each, options.at)))
    options.begin?.(chosen.size)
    const outcomes: Outcome[] = []
    await someAtOnce(lanes, async (lane) => {
      outcomes.push(...(await tryLane(lane, chosen, recovery, options.report)))
    })
    return outcomes
  } finally {
    await Promise.allSettled(lanes.map(({ stage }) => stage[Symbol.asyncDispose]()))
  }
}

/** Does something with each of a list, `AT_ONCE` of them at a time. */
async function someAtOnce<T>(list: T[], act: (one: T) => Promise<unknown>): Promise<void> {
  const rest = list.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of rest) await act(one)
    }),
  )
}

/** One story's points, which are tried one after the other on one stage. */
interface Lane {
  stage: Stage
  points: Point[]
}

async function openLane(story: Story, fault: Fault): Promise<Lane> {
  const stage = await Stage.open(story)
  return { stage, points: await listPoints(stage, fault) }
}

async function tryLane(
  lane: Lane,
  chosen: Set<Point>,
  recovery: Recovery,
  report: CrashOptions['report'],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const point of lane.points.filter((one) => chosen.has(one))) {
    const outcome = await tryPoint(lane.stage, point, recovery).catch(async (error: unknown) => {
      // What an earlier fault left, and nothing can go on from, must be told, and not fail all that follow.
      await lane.stage[Symbol.asyncDispose]()
      lane.stage = await Stage.open(lane.stage.story)
      return { point: `up to ${pointText(point)}`, missed: false, wrong: [String(error)], milliseconds: 0 }
    })
    outcomes.push(outcome)
    report?.(outcome)
  }
  return outcomes
}

async function tryPoint(stage: Stage, point: Point, recovery: Recovery): Promise<Outcome> {
  await stage.restore()
  const struck = await strike(stage, point)
  // What other calls were made meanwhile may give this number to another call than in the run without faults.
  const text = pointText({ ...point, call: struck.call ?? point.call })
  if (!struck.call) return { point: text, missed: true, wrong: [], milliseconds: 0 }
  const { wrong, milliseconds } = await ask(stage, struck, point.fault, recovery)
  return { point: text, missed: false, wrong, milliseconds }
}

/** Takes `count` of a list, evenly: of each of so many equal parts the one at this place of it, from 0 to below 1. */
export function spread<T>(list: T[], count = list.length, at = 0.5): T[] {
  const taken = new Set(
    Array.from({ length: count }, (_, part) => Math.floor(((part + at) * list.length) / count)),
  )
  return list.filter((_, index) => taken.has(index))
}
