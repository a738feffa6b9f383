/** How long one piece of work took, in milliseconds. */
export interface Sample {
  wall: number
  /** Processor time of its own processes, the engine's not included; undefined where it cannot be told. */
  processor: number | undefined
}

/** The middle of several values, and how far they lie apart. */
export interface Spread {
  median: number
  min: number
  max: number
}

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = sorted.length / 2
  return {
    median: sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}

/** Measures work within this process. */
export async function measure(work: () => Promise<unknown>): Promise<Sample> {
  const used = process.cpuUsage()
  const began = performance.now()
  await work()
  const wall = performance.now() - began
  const { user, system } = process.cpuUsage(used)
  return { wall, processor: (user + system) / 1000 }
}
