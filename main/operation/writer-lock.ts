import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { productError } from '../../shared/errors.ts'
import type { OperationId } from '../../shared/ids.ts'
import { ensureFolder } from '../project/home.ts'
import { tellOthers } from '../project/record.ts'

const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26

/** Who writes, for everyone else to read. */
interface Holder {
  pid: number
  what: string
  /** Where what it does is recorded. */
  operation?: OperationId
  /** Nobody asked for it: others wait until it is done. */
  repairs?: boolean
}

/** In milliseconds: so long others ask again while something is repaired, and so often. */
const PATIENCE = 10_000
/** As long as somebody may hold the lock who only looks whether it is held. */
const GLANCE = 100
const AGAIN = 5

/**
 * Does work as the only writer of a project, across processes. `what` completes "Busy: …" for everyone else, and
 * `operation` lets them watch it; where it `repairs` they wait for it instead, for a while.
 *
 * The lock is SQLite's on an empty file: the system lets go of it when its process dies, however that happens, so
 * there is no stale lock to take over.
 * Errors: `busy`, `storage-failed`.
 */
export async function asOnlyWriter<T>(
  projectFolder: string,
  { what, operation, repairs }: Omit<Holder, 'pid'>,
  work: () => Promise<T>,
): Promise<T> {
  await ensureFolder(projectFolder)
  const holderFile = holderOf(projectFolder)
  const lock = await takePatiently(projectFolder)
  try {
    // Only for others to read: a full disk must not keep anybody from making room.
    const holder: Holder = {
      pid: process.pid,
      what,
      ...(operation && { operation }),
      ...(repairs && { repairs }),
    }
    await writeFile(holderFile, JSON.stringify(holder), { mode: 0o600 }).catch(() => {})
    await tellOthers(projectFolder)
    return await work()
  } finally {
    await rm(holderFile, { force: true }).catch(() => {})
    await tellOthers(projectFolder)
    lock.close()
  }
}

const lockOf = (projectFolder: string) => path.join(projectFolder, 'writer.lock')
const holderOf = (projectFolder: string) => path.join(projectFolder, 'writer.json')

/** Who writes a project at the moment, as far as that is known; a process that died is nobody. */
export async function currentHolder(projectFolder: string): Promise<Holder | undefined> {
  const holder = await readHolder(projectFolder)
  return holder && isHeld(lockOf(projectFolder)) ? holder : undefined
}

/**
 * Whether somebody holds the lock. Its holder's process id would not tell: another process may have it by now, and a
 * process of another container has it elsewhere.
 */
function isHeld(file: string): boolean {
  try {
    const lock = new DatabaseSync(file, { timeout: 0, readOnly: true })
    try {
      lock.exec('SELECT 1 FROM sqlite_schema')
    } finally {
      lock.close()
    }
    return false
  } catch (error) {
    return codeOf(error) === SQLITE_BUSY
  }
}

async function takePatiently(projectFolder: string): Promise<DatabaseSync> {
  const began = performance.now()
  for (;;) {
    try {
      return await take(lockOf(projectFolder))
    } catch (error) {
      if (codeOf(error) !== SQLITE_BUSY) {
        const problem = (error as Error).message
        throw productError('storage-failed', { path: projectFolder, problem }, { cause: error })
      }
      const holder = await readHolder(projectFolder)
      if (performance.now() - began > (holder?.repairs ? PATIENCE : GLANCE)) {
        throw productError('busy', holder ?? { what: 'somebody else is changing this project', pid: 0 })
      }
      await pause(AGAIN)
    }
  }
}

/** Takes the lock. What is in its file, which was empty, is damage: nobody can hold a lock on that. */
async function take(file: string): Promise<DatabaseSync> {
  try {
    return lockFile(file)
  } catch (error) {
    if (codeOf(error) !== SQLITE_NOTADB) throw error
    await truncate(file)
    return lockFile(file)
  }
}

function lockFile(file: string): DatabaseSync {
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    // On a full disk there is no room for a journal, and a lock needs none.
    lock.exec('PRAGMA journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}

const codeOf = (error: unknown): unknown => (error as { errcode?: unknown }).errcode

async function readHolder(projectFolder: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(holderOf(projectFolder), 'utf8')) as Holder
    return typeof holder.what === 'string' && typeof holder.pid === 'number' ? holder : undefined
  } catch {
    return undefined
  }
}
