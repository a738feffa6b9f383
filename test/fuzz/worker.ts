/** One thread of the fuzz: tries every so manieth case, and tells what came of each. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Failure, tryCase } from './cases.ts'
import { type Answer, Desk } from './questions.ts'

/** The cases that a thread tries: `first`, `first + step` … below `end`. */
export interface Lane {
  seed: number
  first: number
  step: number
  end: number
  /** An empty folder. */
  root: string
  /** Two numbers that everyone sees: how often something was tried, and at which case. */
  progress: Int32Array
}

/** What came of a case. */
export interface Outcome {
  index: number
  answer?: Answer | undefined
  failure?: Failure | undefined
}

const { seed, first, step, end, root, progress } = workerData as Lane
const desk = await Desk.open(root)
for (let index = first; index < end; index += step) {
  Atomics.store(progress, 1, index)
  let answer: Answer | undefined
  const failure = await tryCase(seed, index, async (texts) => {
    Atomics.add(progress, 0, 1)
    answer = await desk.ask(texts)
  })
  parentPort?.postMessage(failure ? { index, failure } : { index, answer })
}
