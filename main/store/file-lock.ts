import { truncate } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26

/** What somebody holds until `close`, or until the process dies. */
export type FileLock = Pick<DatabaseSync, 'close'>

/**
 * Takes the lock of a file, across processes; the file is made where it is missing. The lock is SQLite's on an empty
 * file: the system lets go of it when its process dies, however that happens, so there is no stale lock to take over.
 * Undefined when somebody else holds it, or looks at it this very moment. Throws what the file system says.
 */
export async function takeLock(file: string): Promise<FileLock | undefined> {
  try {
    return open(file)
  } catch (error) {
    if (codeOf(error) === SQLITE_BUSY) return undefined
    if (codeOf(error) !== SQLITE_NOTADB) throw error
  }
  // What is in the file, which was empty, is damage: nobody can hold a lock on that.
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
 * Whether somebody holds the lock of a file. A process id would not tell: another process may have it by now, and a
 * process of another container has it elsewhere.
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
