import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { failedCase } from './cases.ts'
import type { Lane, Outcome } from './worker.ts'

export interface FuzzOptions {
  seed: number
  count: number
  /** Only this one of the cases. */
  only?: number | undefined
  /** Called after each case. */
  report(outcome: Outcome): void
}

/** In milliseconds, and how many looks in a row may find that nothing was tried since the last. */
const LOOK = 500
const LOOKS = 60

/** In megabytes, of one thread. */
const MEMORY = 1_500

/**
 * Tries `count` cases in threads. A case that keeps its thread busy for half a minute, ends it, or takes all its
 * memory has failed too: the thread is ended and another goes on behind it.
 */
export async function fuzz({ seed, count, only, report }: FuzzOptions): Promise<void> {
  // Files in memory: what is tried is the reading, not the disk.
  const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const root = await mkdtemp(path.join(scratch, 'pristine-fuzz-'))
  const threads = only === undefined ? Math.min(availableParallelism(), count) : 1
  const [start, end] = only === undefined ? [0, count] : [only, only + 1]
  const run = async (thread: number): Promise<void> => {
    for (let first = start + thread; first < end; ) {
      const folder = await mkdtemp(path.join(root, 'thread-'))
      const progress = new Int32Array(new SharedArrayBuffer(8))
      Atomics.store(progress, 1, first)
      const failure = await runLane({ seed, first, step: threads, end, root: folder, progress }, report)
      await rm(folder, { recursive: true, force: true })
      if (failure === undefined) return
      const index = Atomics.load(progress, 1)
      report({ index, failure: failedCase(seed, index, failure) })
      first = index + threads
    }
  }
  try {
    await Promise.all(Array.from({ length: threads }, (_, thread) => run(thread)))
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** Runs a thread to its end; what went wrong with it, if it did not come there by itself. */
async function runLane(lane: Lane, report: (outcome: Outcome) => void): Promise<string | undefined> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: lane,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  })
  let failure: string | undefined
  let ended = false
  let tried = 0
  let looks = 0
  const watch = setInterval(() => {
    const now = Atomics.load(lane.progress, 0)
    looks = now === tried ? looks + 1 : 0
    tried = now
    if (looks < LOOKS) return
    failure = `it hangs: nothing came of it in ${(LOOK * LOOKS) / 1000} s`
    void worker.terminate()
  }, LOOK)
  worker.on('message', (outcome: Outcome) => {
    ended = outcome.index + lane.step >= lane.end
    report(outcome)
  })
  worker.on('error', (error) => {
    failure ??= `it ends the program: ${String(error)}`
  })
  await new Promise((resolve) => worker.on('exit', resolve))
  clearInterval(watch)
  return failure ?? (ended ? undefined : 'it ends without an answer')
}
