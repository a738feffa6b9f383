import type { Engine } from '../docker/connection/connect.ts'
import { readFiles } from '../docker/read-files.ts'
import { accountsIn } from './launch/accounts.ts'

const PASSWD = '/etc/passwd'

/** The names of a container's accounts by their numbers. Errors: those of the engine. */
export async function accountNames(
  engine: Engine,
  container: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const files = await readFiles(engine, container, PASSWD, () => true, { signal })
  return new Map(accountsIn(files.get(PASSWD) ?? '').map(({ uid, name }) => [String(uid), name]))
}
