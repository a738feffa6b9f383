import { type Sample, type Spread, spread } from './sample.ts'

/** Two kinds of the same work, measured in turn. The ratio is ours to theirs: below 1 is faster. */
export interface Pairs {
  ratio: Spread
  /** What ours takes longer than theirs, in milliseconds. */
  more: Spread
  /** The same ratio of processor time; undefined where it cannot be told. */
  processor: Spread | undefined
  ours: Spread
  theirs: Spread
}

/**
 * Runs ours and theirs in turn, so that whatever else the machine does disturbs both alike. The first pair warms up
 * and does not count. Ratios are taken within a pair.
 */
export async function inPairs(
  count: number,
  ours: () => Promise<Sample>,
  theirs: () => Promise<Sample>,
): Promise<Pairs> {
  const pairs: { ours: Sample; theirs: Sample }[] = []
  for (let i = 0; i <= count; i++) {
    const pair = { ours: await ours(), theirs: await theirs() }
    if (i > 0) pairs.push(pair)
  }
  const processor = pairs.flatMap((pair) =>
    pair.ours.processor && pair.theirs.processor ? [pair.ours.processor / pair.theirs.processor] : [],
  )
  return {
    ratio: spread(pairs.map((pair) => pair.ours.wall / pair.theirs.wall)),
    more: spread(pairs.map((pair) => pair.ours.wall - pair.theirs.wall)),
    processor: processor.length > 0 ? spread(processor) : undefined,
    ours: spread(pairs.map((pair) => pair.ours.wall)),
    theirs: spread(pairs.map((pair) => pair.theirs.wall)),
  }
}
