import { link, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { isSystemError, productError } from '../../shared/errors.ts'
import { ensureFolder } from '../project/home.ts'

interface Holder {
  pid: number
  /** When the process started, where the system tells it: a pid alone may have been given anew. */
  born: string
  what: string
}

/**
 * Does work as the only writer of a project, across processes. A dead holder's lock is taken over.
 * `what` completes "Busy: …" for everyone else.
 * Errors: `busy`.
 */
export async function asOnlyWriter<T>(projectFolder: string, what: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(projectFolder, 'writer.json')
  await ensureFolder(projectFolder)
  await acquire(file, { pid: process.pid, born: (await bornOf(process.pid)) ?? '', what })
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

/** Linking a finished file makes it appear whole, and only if nobody else's is there. */
async function acquire(file: string, holder: Holder): Promise<void> {
  const mine = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(mine, JSON.stringify(holder), { mode: 0o600 })
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        await link(mine, file)
        return
      } catch (error) {
        if (!isSystemError(error, 'EEXIST')) throw error
      }
      const other = await readHolder(file)
      if (other && ((await isAlive(other)) || attempt > 20)) {
        throw productError('busy', { what: other.what, pid: other.pid })
      }
      await rm(file, { force: true })
    }
  } finally {
    await rm(mine, { force: true })
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return isSystemError(error, 'EPERM')
  }
  const born = await bornOf(holder.pid)
  return born === undefined || holder.born === '' || born === holder.born
}

/** A process's start time as Linux tells it (field 22 of /proc/PID/stat); undefined elsewhere. */
async function bornOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
