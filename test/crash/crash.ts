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
  const listed = await Promise.all(stories.map((story) => pointsOf(story, fault)))
  const chosen = new Set(spread(listed.flat().filter(only), options.sample))
  const lanes = stories.map(async (story, index) => {
    const outcomes: Outcome[] = []
    for await (const outcome of tryPoints(
      story,
      listed[index]?.filter((point) => chosen.has(point)) ?? [],
      recovery,
    )) {
      outcomes.push(outcome)
      options.report?.(outcome)
    }
    return outcomes
  })
  return (await Promise.all(lanes)).flat()
}

async function pointsOf(story: Story, fault: Fault): Promise<Point[]> {
  await using stage = await Stage.open(story)
  const calls = await listCalls(stage)
  return calls.flatMap((call) =>
    (['before', 'after'] as const).map((when): Point => ({ story: story.name, call, when, fault })),
  )
}

async function* tryPoints(story: Story, points: Point[], recovery: Recovery): AsyncGenerator<Outcome> {
  let stage = await Stage.open(story)
  try {
    for (const point of points) {
      try {
        yield await tryPoint(stage, point, recovery)
      } catch (error) {
        // A fault that leaves a state from which nothing goes on is one more that has to be told.
        yield { point: pointText(point), missed: false, wrong: [`the next point: ${error}`], milliseconds: 0 }
        await stage[Symbol.asyncDispose]()
        stage = await Stage.open(story)
      }
    }
  } finally {
    await stage[Symbol.asyncDispose]()
  }
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
