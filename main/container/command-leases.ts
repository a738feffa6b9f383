import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError } from '../../shared/errors.ts'
import { type CommandLease, endLeftCommand, type StartedCommand } from '../docker/exec/end-command.ts'
import type { Host } from '../host/host.ts'
import { type FileLock, isHeld, takeLock } from '../store/file-lock.ts'
import { ensureFolder } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/** What identifies a command, so that it can be ended although its client could not end it. */
const Lease = z.object({
  container: z.string(),
  user: z.optional(z.string()),
  tty: z.boolean(),
})

const leasesOf = (host: Pick<Host, 'home'>, { key }: Project): string =>
  path.join(host.home.project(key), 'commands')
const DATA = '.json'

/**
 * Runs the work of a command under a lease on the disk, which shows other processes that this one is still alive:
 * `endLeftCommands` ends what a killed client left running in an environment. The lease stays for the next command, too, if
 * `work` fails, because a lost connection does not show how its command ended, or if it reports that the command may go on.
 * Errors: those of `work`.
 */
export async function withLease<T>(
  host: Pick<Host, 'home'>,
  project: Project,
  command: Omit<StartedCommand, 'id'>,
  work: (lease: CommandLease) => Promise<T>,
): Promise<T> {
  const id = randomBytes(16).toString('hex')
  const file = path.join(leasesOf(host, project), id)
  // A full disk must not keep a command from running.
  const lock = await take(file, command).catch(() => undefined)
  let keeps = false
  const mayGoOn = () => {
    keeps = true
  }
  try {
    return await work({ id, mayGoOn })
  } catch (error) {
    mayGoOn()
    throw error
  } finally {
    if (lock) {
      lock.close()
      if (!keeps) await removeLease(file)
    }
  }
}

async function take(file: string, command: z.infer<typeof Lease>): Promise<FileLock | undefined> {
  await ensureFolder(path.dirname(file))
  const lock = await takeLock(file)
  await writeFile(file + DATA, JSON.stringify(command))
  return lock
}

const removeLease = (file: string) =>
  Promise.all([file, file + DATA].map((one) => rm(one, { force: true }).catch(() => {})))

/**
 * Ends commands whose clients were killed, or lost the engine, before they could end them: a terminal's as if it was closed,
 * any other with SIGTERM, then SIGKILL. In a container that is paused, or whose engine refuses to look into it, they wait for
 * a later command. Errors: those of the engine, but for `engine-refused`.
 */
export async function endLeftCommands(host: Pick<Host, 'home' | 'engine'>, project: Project): Promise<void> {
  const folder = leasesOf(host, project)
  const names = await readdir(folder).catch(() => [])
  const dead = names.filter((name) => !name.endsWith(DATA) && !isHeld(path.join(folder, name)))
  await Promise.all(
    dead.map(async (id) => {
      const file = path.join(folder, id)
      const lease = await readLease(file + DATA)
      let keeps = false
      const mayGoOn = () => {
        keeps = true
      }
      if (lease) {
        const left = { ...lease, user: lease.user, id, mayGoOn }
        await endLeftCommand(await host.engine(), left).catch((error: unknown) => {
          // It must not prevent the next command, which may be the one that replaces the container.
          if (!isProductError(error, 'engine-refused')) throw error
          mayGoOn()
        })
      }
      if (!keeps) await removeLease(file)
    }),
  )
}

async function readLease(file: string): Promise<z.infer<typeof Lease> | undefined> {
  try {
    return Lease.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}
