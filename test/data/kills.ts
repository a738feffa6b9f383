import { randomBytes } from 'node:crypto'
import { spread } from '../crash/crash.ts'
import { listPoints, type Point, pointText, type Scene, strike } from '../crash/strike.ts'
import { pristine } from '../engine/command.ts'
import type { TestProject } from '../engine/test-project.ts'
import { type Content, change, contentOf, stack, wrongContent } from './stack.ts'
import { type Outcome, tried } from './trial.ts'

/** A command that is killed. */
interface Verb {
  name: string
  /** `kept` is a snapshot; `free` is a name that none has. */
  command(names: { kept: string; free: string }): string[]
  /** What the data is once the command is done, if that is not what it was before. */
  becomes?: 'seed' | 'snapshot'
  /** Whether it goes onto a version of its own. */
  isNewVersion?: true
}

export const VERBS: Verb[] = [
  { name: 'reset --data', command: () => ['reset', '--data'], becomes: 'seed' },
  { name: 'snapshot restore', command: ({ kept }) => ['snapshot', 'restore', kept], becomes: 'snapshot' },
  { name: 'snapshot take', command: ({ free }) => ['snapshot', 'take', free] },
  { name: 'up onto another version', command: () => ['up'], isNewVersion: true },
]

interface KillOptions {
  verbs?: readonly Verb[]
  /** The rows of the seed, and what the services hold with it. */
  rows: number
  seed: Content
  /** How many kills in all. */
  count: number
  /** Where in each of so many equal parts of a command the kill is, from 0 to below 1; in the middle when not given. */
  at?: number | undefined
}

/**
 * Prepares trials in which commands are killed in turns, each at engine calls that are spread evenly over all that it makes. The
 * data is changed before each kill. After it and one `up`, all services hold what they held before, or all what the command makes
 * of it.
 */
export async function prepareKills(
  project: TestProject,
  { verbs = VERBS, rows, seed, count, at }: KillOptions,
): Promise<(() => Promise<Outcome>)[]> {
  let names = 0
  const mark = randomBytes(3).toString('hex')
  const newName = () => `${mark}-${++names}`
  const kept = newName()
  await change(project, rows)
  const taken = await pristine(project, 'snapshot', 'take', kept)
  if (taken.code !== 0) throw new Error(`No snapshot can be taken: ${taken.stderr}`)
  const known = { seed, snapshot: await contentOf(project) }
  const folders = [project.env['PRISTINE_HOME'] ?? '', project.folder]
  const sceneOf = async ({ name, command, isNewVersion }: Verb): Promise<Scene> => {
    const free = newName()
    if (isNewVersion) await project.write(stack(rows, free))
    return { project, story: { name, command: command({ kept, free }) }, folders }
  }
  const each = Math.ceil(count / verbs.length)
  const places: { verb: Verb; points: Point[] }[] = []
  for (const verb of verbs)
    places.push({ verb, points: spread(await listPoints(await sceneOf(verb), 'kill'), each, at) })
  const inTurns = Array.from({ length: each }, (_, round) =>
    places.flatMap(({ verb, points }) => points.slice(round, round + 1).map((point) => ({ verb, point }))),
  )
  const kill = (verb: Verb, point: Point) => async () => {
    await change(project, rows)
    const before = await contentOf(project)
    const struck = await strike(await sceneOf(verb), point)
    const missed = struck.call === undefined
    const wrong: string[] = []
    if (missed && struck.code !== 0)
      wrong.push(`it ended with ${struck.code}: ${struck.stdout}${struck.stderr}`)
    const up = await pristine(project, 'up', '--json')
    if (up.code !== 0) wrong.push(`the next up failed: ${up.stdout}${up.stderr}`)
    const done = verb.becomes ?? 'before'
    // A command that came to its end has done everything.
    const allowed = struck.code === 0 ? [done] : ['before', done]
    wrong.push(...wrongContent(await contentOf(project), { ...known, before }, allowed))
    return { what: pointText({ ...point, call: struck.call ?? point.call }), wrong, missed }
  }
  return inTurns
    .flat()
    .slice(0, count)
    .map(
      ({ verb, point }) =>
        () =>
          tried(pointText(point), kill(verb, point)),
    )
}
