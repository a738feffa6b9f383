import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { productError } from '../../shared/errors.ts'
import type { OperationId } from '../../shared/ids.ts'
import type { OperationKind } from '../../shared/operation.ts'
import { type FileLock, isHeld, takeLock } from '../store/file-lock.ts'
import { ensureFolder } from '../store/home.ts'
import { notifyWatchers } from '../store/project-records.ts'

/** The current writer, for other processes to read. */
interface Holder {
  pid: number
  what: string
  /** Where what it does is recorded, and what kind of work that is; work that is not recorded has neither. */
  operation?: OperationId
  kind?: OperationKind
  /** It runs unasked: others wait until it is done. */
  repairs?: boolean
}

/** In milliseconds: how long another writer waits for a repair, and how often it tries again. */
const TIMEOUT = 10_000
/**
 * In milliseconds: how long the lock may be held by a process that is not named: one that only looks whether the lock is
 * held, or a repair that has removed its name and not yet let go.
 */
const READ_DEADLINE = 100
const RETRY_INTERVAL = 5

/**
 * Does work as the only writer of a project, across processes. `what` completes "Busy: …" for everyone else, and
 * `operation` lets them watch it; where it `repairs` they wait for it instead, for a while.
 * Errors: `busy`, `storage-failed`.
 */
export async function asOnlyWriter<T>(
  projectFolder: string,
  { what, operation, kind, repairs }: Omit<Holder, 'pid'>,
  work: () => Promise<T>,
): Promise<T> {
  await ensureFolder(projectFolder)
  const holderFile = holderOf(projectFolder)
  const lock = await takeWithRetries(projectFolder)
  try {
    // Only for others to read: a full disk must not keep anybody from making room.
    const holder: Holder = {
      pid: process.pid,
      what,
      ...(operation && { operation }),
      ...(kind && { kind }),
      ...(repairs && { repairs }),
    }
    await writeFile(holderFile, JSON.stringify(holder), { mode: 0o600 }).catch(() => {})
    await notifyWatchers(projectFolder)
    return await work()
  } finally {
    await rm(holderFile, { force: true }).catch(() => {})
    await notifyWatchers(projectFolder)
    lock.close()
  }
}

const lockOf = (projectFolder: string) => path.join(projectFolder, 'writer.lock')
const holderOf = (projectFolder: string) => path.join(projectFolder, 'writer.json')

/** The current writer of a project, as far as known; a dead process does not count. */
export async function currentHolder(projectFolder: string): Promise<Holder | undefined> {
  const holder = await readHolder(projectFolder)
  return holder && isWritten(projectFolder) ? holder : undefined
}

/** Whether a process is writing a project right now. */
export const isWritten = (projectFolder: string): boolean => isHeld(lockOf(projectFolder))

async function takeWithRetries(projectFolder: string): Promise<FileLock> {
  const began = performance.now()
  let repairSeen = began
  for (;;) {
    const lock = await takeLock(lockOf(projectFolder)).catch((error: Error) => {
      throw productError(
        'storage-failed',
        { path: projectFolder, problem: error.message, of: 'home' },
        { cause: error },
      )
    })
    if (lock) return lock
    const holder = await readHolder(projectFolder)
    const now = performance.now()
    if (holder?.repairs && now - began <= TIMEOUT) repairSeen = now
    else if (now - repairSeen > READ_DEADLINE) {
      throw productError('busy', holder ?? { what: 'somebody else is changing this project', pid: 0 })
    }
    await pause(RETRY_INTERVAL)
  }
}

async function readHolder(projectFolder: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(holderOf(projectFolder), 'utf8')) as Holder
    return typeof holder.what === 'string' && typeof holder.pid === 'number' ? holder : undefined
  } catch {
    return undefined
  }
}
