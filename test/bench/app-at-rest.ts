import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { processorSeconds, servedEnvironments } from './served-environments.ts'

/** In seconds. */
const REST = 30

/** What the app costs while nothing happens. */
export interface AtRest {
  /** The largest that its memory was, in MB. */
  memory: number
  /** In percent of one. */
  processor: number
}

/**
 * Memory and processor of `pristine serve` with so many environments that run and are watched, and so many projects on the
 * list, while a window shows all of them.
 */
export async function appAtRest(watched: number, listed: number): Promise<AtRest> {
  await using environments = await servedEnvironments(watched, listed)
  const { pid, window } = environments
  // Somebody looks at it all the time.
  void (async () => {
    for await (const _ of await window.client.projects.watch());
  })().catch(() => {})
  await pause(REST * 1_000)
  const before = await processorSeconds(pid)
  await pause(REST * 1_000)
  const processor = (((await processorSeconds(pid)) - before) / REST) * 100
  return { memory: await mostMemory(pid), processor }
}

/** Resident at most, in MB (proc_pid_status(5)). */
async function mostMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024)
}
