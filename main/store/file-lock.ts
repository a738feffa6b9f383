import { truncate } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26

/** A lock that is held until `close`, or until the process dies. */
export type FileLock = Pick<DatabaseSync, 'close'>

/**
 * Takes the lock of a file, across processes; a missing file is created. The lock is SQLite's on an empty file: the
 * system releases it when its process dies, so there are no stale locks. Undefined if another process holds it, or
 * checks it at this moment. Throws the error of the file system.
 */
export async function takeLock(file: string): Promise<FileLock | undefined> {
  try {
    return open(file)
  } catch (error) {
    if (codeOf(error) === SQLITE_BUSY) return undefined
    if (codeOf(error) !== SQLITE_NOTADB) throw error
  }
  // The file was empty, so any content is damage: nothing can hold a lock on it.
  await truncate(file)
  try {
    return open(file)
  } catch (error) {
    if (codeOf(error) === SQLITE_BUSY) return undefined
    throw error
  }
}

function open(file: string): DatabaseSync {
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

/**
 * Whether a process holds the lock of a file. A process id would not be enough: another process may have it by now, and
 * a process in another container has it in another namespace.
 */
export function isHeld(file: string): boolean {
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

const codeOf = (error: unknown): unknown => (error as { errcode?: unknown }).errcode
