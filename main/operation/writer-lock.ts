import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { OperationId } from '../../shared/ids.ts'
import { ensureFolder } from '../project/home.ts'
import { tellOthers } from '../project/record.ts'

const SQLITE_BUSY = 5

/** Who writes, for everyone else to read. */
interface Holder {
  pid: number
  what: string
  /** Where what it does is recorded. */
  operation?: OperationId
}

/**
 * Does work as the only writer of a project, across processes. `what` completes "Busy: …" for everyone else, and
 * `operation` lets them watch it.
 *
 * The lock is SQLite's on an empty file: the system lets go of it when its process dies, however that happens, so
 * there is no stale lock to take over.
 * Errors: `busy`.
 */
export async function asOnlyWriter<T>(
  projectFolder: string,
  { what, operation }: Omit<Holder, 'pid'>,
  work: () => Promise<T>,
): Promise<T> {
  await ensureFolder(projectFolder)
  const holderFile = holderOf(projectFolder)
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
    const holder = await readHolder(projectFolder)
    throw productError('busy', holder ?? { what: 'somebody else is changing this project', pid: 0 })
  }
  try {
    const holder: Holder = { pid: process.pid, what, ...(operation && { operation }) }
    await writeFile(holderFile, JSON.stringify(holder), { mode: 0o600 })
    await tellOthers(projectFolder)
    return await work()
  } finally {
    await rm(holderFile, { force: true })
    await tellOthers(projectFolder)
    lock.close()
  }
}

const holderOf = (projectFolder: string) => path.join(projectFolder, 'writer.json')

/** Who writes a project at the moment, as far as that is known; a process that died is nobody. */
export async function currentHolder(projectFolder: string): Promise<Holder | undefined> {
  const holder = await readHolder(projectFolder)
  return holder && isAlive(holder.pid) ? holder : undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, as somebody else's.
    return isSystemError(error, 'EPERM')
  }
}

async function readHolder(projectFolder: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(holderOf(projectFolder), 'utf8')) as Holder
  } catch {
    return undefined
  }
}
