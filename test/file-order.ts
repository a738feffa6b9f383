import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'
import { SAMPLE, SAMPLES } from './sample.ts'

/** Files that take longest, in that order: begun last, one of them would run on when all others are done. */
const LONG = [
  'engine/oracle',
  'engine/watch',
  'engine/app',
  'engine/home',
  'engine/crash',
  'engine/engine-lost',
  'engine/clean',
  'engine/rebuild',
  'engine/command',
  'engine/lifecycle',
  'engine/init',
  'engine/content',
  'engine/drift',
  'engine/input-changed',
  'engine/podman',
  'engine/initialize',
  'engine/ready',
  'engine/trust',
  'engine/lock',
  'browser/clone',
  'browser/figures',
  'browser/comes-back',
  'browser/secrets',
  'browser/outer-screens',
  'browser/environment-reset',
  'browser/environment-accessible',
  'electron/packaging',
  'electron/day',
  'unit/definition/fuzz',
]

/**
 * The order of files: the long ones first, and every third one a browser's, so that two pages are drawn at once at most, as
 * a rule. What Vitest knows of earlier runs would do, but a fresh checkout has none, and a file's size, which it takes
 * instead, tells little.
 *
 * A sample may end before its last file (`time-limit.ts`). Its files are therefore dealt out to as many hands as there are
 * numbers, and each number begins with another hand.
 */
export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b))
    const of = (...names: string[]) => sorted.filter(({ project }) => names.includes(project.name))
    const [first, browser] = [of('unit', 'unit-measured'), inTurns(of('browser'))]
    const others = inTurns(sorted.filter((file) => !first.includes(file) && !browser.includes(file)))
    const mixed = others.flatMap((file, index) =>
      index % 2 === 1 ? [file, ...browser.splice(0, 1)] : [file],
    )
    return [...first, ...mixed, ...browser]
  }
}

/** Dealt out, beginning with the hand of the sample's number; as they are if everything is run. */
export function inTurns<T>(files: readonly T[]): T[] {
  if (SAMPLE === undefined) return [...files]
  const number = Number(SAMPLE)
  return Array.from({ length: SAMPLES }, (_, turn) => (number + turn) % SAMPLES).flatMap((hand) =>
    files.filter((_, index) => index % SAMPLES === hand),
  )
}

function placeOf({ moduleId }: TestSpecification): number {
  const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  return at < 0 ? LONG.length : at
}
