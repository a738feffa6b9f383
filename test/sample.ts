/**
 * The number of the sample, if one is taken: `npm test` sets `PRISTINE_SAMPLE` and takes a part of the longer tests, another
 * part with each number. Without it, as in `npm run test:all`, all tests are run. Twelve numbers in a row take every one.
 */
export const SAMPLE = process.env['PRISTINE_SAMPLE']
// With another text, files would be left out without a word.
if (SAMPLE !== undefined && !/^\d{1,9}$/.test(SAMPLE))
  throw new Error(`PRISTINE_SAMPLE is "${SAMPLE}"; it takes a number from 0 on, for example 3.`)

/** How many numbers there are. */
export const SAMPLES = 12

/** Whether this run takes a part only. */
export const isSample = SAMPLE !== undefined

/** One in `of` of a list, at least one, in turns with the number of the sample; all of them if everything is run. */
export function sampled<T>(list: readonly T[], of: number): T[] {
  const every = Math.min(of, list.length)
  return list.filter((_, index) => isTaken(index % every, every))
}

/**
 * What declares a test, `test` or the like, twice: in a sample one of them is it, in turns with the number, and the other
 * one declares nothing. For tests that prove the same in several situations, or take long.
 */
export const halves = <T extends Declare>(declare: T): [T, T] => [
  isTaken(0, 2) ? declare : left<T>(),
  isTaken(1, 2) ? declare : left<T>(),
]

/** The same, three times over. */
export const thirds = <T extends Declare>(declare: T): [T, T, T] => [
  isTaken(0, 3) ? declare : left<T>(),
  isTaken(1, 3) ? declare : left<T>(),
  isTaken(2, 3) ? declare : left<T>(),
]

/** What declares a test: itself if everything is run. For a test that takes very long and whose kind others cover. */
export const notInSamples = <T extends Declare>(declare: T): T => (isSample ? left<T>() : declare)

type Declare = (...args: never[]) => unknown
const left = <T>(): T => (() => {}) as unknown as T

function isTaken(place: number, of: number): boolean {
  return SAMPLE === undefined || Number(SAMPLE) % of === place
}
