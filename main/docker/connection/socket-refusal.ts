import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { SocketRefusal } from '../../../shared/engine-state.ts'

/** A user in the system's files. */
export interface SystemUser {
  name: string
  uid: number
  gids: number[]
}

/** What may be done with a folder on the way, and with the socket: go through it; read and write. */
const THROUGH = 0o1
const USE = 0o6

/**
 * What keeps a person from a socket, by the modes of the file system, as path_resolution(7) and unix(7) have them: the
 * first of its folders that they may not go through, or the socket. Null if no file mode explains it, as on Windows.
 * Never fails.
 */
export async function socketRefusal(
  socket: string,
  person: SystemUser | undefined = current(),
): Promise<SocketRefusal | null> {
  if (!person || !path.isAbsolute(socket)) return null
  const { root } = path.parse(socket)
  const names = socket.slice(root.length).split(path.sep)
  const places = names.map((_, at) => path.join(root, ...names.slice(0, at + 1)))
  for (const place of places) {
    // The mode of a link's target: a link's own mode means nothing.
    const stats = await stat(place).catch(() => undefined)
    if (!stats) return null
    const { uid, gid, mode } = stats
    const needed = stats.isDirectory() ? THROUGH : USE
    const given = uid === person.uid ? mode >> 6 : person.gids.includes(gid) ? mode >> 3 : mode
    if ((given & needed) === needed) continue
    // A person who removed their own permission knows why.
    if (uid === person.uid) return null
    const group = await entryOf('group', gid)
    const name = group?.[0] ?? String(gid)
    // Who is in root's group has more than an engine.
    if (gid !== 0 && ((mode >> 3) & needed) === needed) {
      return {
        kind: 'group',
        path: place,
        group: name,
        member: (group?.[3] ?? '').split(',').includes(person.name),
      }
    }
    const owner = (await entryOf('passwd', uid))?.[0] ?? String(uid)
    return {
      kind: 'owner',
      path: place,
      owner,
      group: name,
      mode: (mode & 0o777).toString(8).padStart(3, '0'),
    }
  }
  return null
}

function current(): SystemUser | undefined {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()]
  if (uid === undefined || gid === undefined) return undefined
  return { name: userName(), uid, gids: [gid, ...(process.getgroups?.() ?? [])] }
}

/** The person's name; the number of whom passwd(5) does not know, as in many containers. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.geteuid?.() ?? '')
  }
}

/** A line of passwd(5) or group(5), from wherever the system has them. */
async function entryOf(database: 'passwd' | 'group', id: number): Promise<string[] | undefined> {
  const found = await promisify(execFile)('getent', [database, String(id)]).catch(() => undefined)
  return found?.stdout.trim().split(':')
}
