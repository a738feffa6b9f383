import type { Run } from '../../../shared/operation.ts'
import { commandUser, type Launch } from '../../container/launch/prepare-launch.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { readFiles } from '../../docker/read-files.ts'

/** Whom a file belongs to, inside. */
export interface Owner {
  uid: number
  gid: number
}

const ACCOUNTS = '/etc/passwd'
const ROOT: Owner = { uid: 0, gid: 0 }

/**
 * The ids of a user of a container, running or not, who is named as the engine takes it: `name`, `uid`, `name:group`,
 * `uid:gid`. An unknown user is reported where a command runs as that user; here it counts as root.
 */
export async function ownerOf(
  engine: Engine,
  container: string,
  user: string | undefined,
  run: { signal?: AbortSignal | undefined },
): Promise<Owner> {
  const [name = '', group] = (user ?? '').split(':')
  if (name === '' || name === 'root' || name === '0') return ROOT
  const accounts = (await readFiles(engine, container, ACCOUNTS, () => true, run)).get(ACCOUNTS) ?? ''
  const fields = accounts
    .split('\n')
    .map((line) => line.split(':'))
    .find(([account, , uid]) => account === name || uid === name)
  const uid = Number(fields?.[2] ?? name)
  const gid = Number(group !== undefined && /^\d+$/.test(group) ? group : (fields?.[3] ?? 0))
  return Number.isSafeInteger(uid) && Number.isSafeInteger(gid) ? { uid, gid } : ROOT
}

/** The owner of what a launch's hooks work on: the user who runs them. Errors: those of the engine. */
export const hookOwner = (engine: Engine, launch: Launch, container: string, run: Run): Promise<Owner> =>
  ownerOf(engine, container, commandUser(launch), run)
