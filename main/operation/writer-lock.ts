import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { productError } from '../../shared/errors.ts'
import { ensureFolder } from '../project/home.ts'

const SQLITE_BUSY = 5

/** Who writes, for everyone else to read. */
interface Holder {
  pid: number
  what: string
}

/**
 * Does work as the only writer of a project, across processes. `what` completes "Busy: …" for everyone else.
 *
 * The lock is SQLite's on an empty file: the system lets go of it when its process dies, however that happens, so
 * there is no stale lock to take over.
 * Errors: `busy`.
 */
export async function asOnlyWriter<T>(
  projectFolder: string,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  await ensureFolder(projectFolder)
  const holderFile = path.join(projectFolder, 'writer.json')
  const lock = new DatabaseSync(path.join(projectFolder, 'writer.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) {
      throw productError(
        'storage-failed',
        { path: projectFolder, problem: (error as Error).message },
        { cause: error },
      )
    }
    const holder = await readHolder(holderFile)
    throw productError('busy', holder ?? { what: 'somebody else is changing this project', pid: 0 })
  }
  try {
    await writeFile(holderFile, JSON.stringify({ pid: process.pid, what } satisfies Holder), { mode: 0o600 })
    return await work()
  } finally {
    await rm(holderFile, { force: true })
    lock.close()
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}
