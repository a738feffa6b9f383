import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { succeedsAsRoot } from './commands.ts'

/**
 * In milliseconds: an engine that lives and does not answer for so long hangs. One that is busy, on a busy machine, must
 * not be ended: it may run the containers of others.
 */
export const HANGS = 60_000

/** A process that the rig started. A pid alone can be somebody else's later; with its start time it cannot. */
export interface ProcessRecord {
  pid: number
  startTime: string
  boot: string
}

/** The record of a living process; undefined when there is none (a zombie counts as none). */
export function identify(pid: number): ProcessRecord | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return { pid, startTime: fields[19] ?? '', boot: bootId() }
  } catch {
    return undefined
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** Whether the recorded process is still there, and is still that process. */
export function isAlive(record: ProcessRecord | undefined): record is ProcessRecord {
  if (!record) return false
  const now = identify(record.pid)
  return now?.startTime === record.startTime && now.boot === record.boot
}

/** Ends a recorded process: SIGTERM, and SIGKILL after `grace` milliseconds. */
export async function endProcess(record: ProcessRecord | undefined, grace: number): Promise<void> {
  await signal(record, 'TERM')
  const until = Date.now() + grace
  while (isAlive(record) && Date.now() < until) await sleep(50)
  await signal(record, 'KILL')
  while (isAlive(record)) await sleep(50)
}

export type SignalName = 'TERM' | 'KILL' | 'STOP' | 'CONT'

/** Sends a recorded process a signal, if it is still there. */
export async function signal(record: ProcessRecord | undefined, name: SignalName): Promise<void> {
  if (!isAlive(record)) return
  // Stopped processes (a test may leave one) do not see SIGTERM before SIGCONT.
  for (const each of name === 'TERM' ? ['TERM', 'CONT'] : [name]) {
    // The shell's own kill: the program is in a package that a small system lacks.
    await succeedsAsRoot('sh', ['-c', 'kill -s "$1" "$2"', 'sh', each, String(record.pid)])
  }
}
