import { ask, type Recovery } from './questions.ts'
import { Stage } from './stage.ts'
import { STORIES, type Story } from './stories.ts'
import { type Fault, listCalls, type Point, pointText, strike } from './strike.ts'

export interface CrashOptions {
  stories?: Story[]
  /** How many points to try, spread evenly over all; all when not given. */
  sample?: number | undefined
  fault?: Fault
  recovery?: Recovery
  /** Leaves points out. */
  only?: (point: Point) => boolean
  /** Called after each point. */
  report?: (outcome: Outcome) => void
}

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
 * recovers, and asks the five questions. Stories run side by side.
 */
export async function crash(options: CrashOptions = {}): Promise<Outcome[]> {
  const { stories = STORIES, fault = 'kill', recovery = 'up', only = () => true } = options
  const stages = await Promise.all(stories.map((story) => Stage.open(story)))
  try {
    const listed = await Promise.all(stages.map((stage) => pointsOf(stage, fault)))
    const chosen = new Set(spread(listed.flat().filter(only), options.sample))
    const lanes = stages.map(async (stage, index) => {
      const outcomes: Outcome[] = []
      for (const point of listed[index]?.filter((one) => chosen.has(one)) ?? []) {
        const outcome = await tryPoint(stage, point, recovery)
        outcomes.push(outcome)
        options.report?.(outcome)
      }
      return outcomes
    })
    return (await Promise.all(lanes)).flat()
  } finally {
    await Promise.all(stages.map((stage) => stage[Symbol.asyncDispose]()))
  }
}

async function pointsOf(stage: Stage, fault: Fault): Promise<Point[]> {
  const calls = await listCalls(stage)
  const story = stage.story.name
  return calls.flatMap((call) =>
    (['before', 'after'] as const).map((when): Point => ({ story, call, when, fault })),
  )
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

/** Takes `count` of a list, evenly. */
function spread<T>(list: T[], count = list.length): T[] {
  const step = Math.max(list.length / count, 1)
  return list.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}
