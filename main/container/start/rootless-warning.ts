import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { readFiles } from '../../docker/read-files.ts'
import { isRootless } from '../../docker/rootless.ts'
import { commandUser, type Launch } from '../launch/prepare-launch.ts'
import { isRoot } from './write-access.ts'

const ACCOUNTS = '/etc/passwd'

/**
 * Warns if commands run as a user who cannot write the project: on a rootless engine the person's files belong to root
 * inside the container. Suggests how to make them that user's. Errors: those of the engine, `cancelled`.
 */
export async function warnRootless(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
): Promise<void> {
  const { workspaceMount, options } = launch.run
  const user = commandUser(launch)
  if (workspaceMount?.kind !== 'bind' || options.userns !== undefined) return
  if (user === undefined || isRoot(user)) return
  if (!(await isRootless(engine))) return
  const accounts = (await readFiles(engine, container, ACCOUNTS, () => true, run)).get(ACCOUNTS)
  const { name } = await engineVersion(engine)
  run.report({ kind: 'warning', text: rootlessAdvice(user, accounts, name) })
}

/** `accounts` is the text of the container's /etc/passwd; `engine` what the engine calls itself. */
export function rootlessAdvice(user: string, accounts: string | undefined, engine: string): string {
  const problem = `The engine runs rootless: inside, the project's files belong to root, and the user "${user}" cannot write them.`
  const asRoot = 'With "remoteUser": "root" commands run as you.'
  // Only Podman can make another one of its users the person.
  return engine === 'Podman'
    ? `${problem} With "runArgs": ["--userns=keep-id${idsOf(user, accounts)}"] in the definition they are that user's. ${asRoot}`
    : `${problem} ${asRoot}`
}

/** `:uid=1000,gid=1000`, where they are known: without, Podman takes the person's own numbers. */
function idsOf(user: string, accounts = ''): string {
  const [name = '', group] = user.split(':')
  const line = accounts.split('\n').map((each) => each.split(':'))
  const [, , uid, gid] = line.find(([known, , id]) => known === name || id === name) ?? []
  if (uid !== undefined && gid !== undefined) return `:uid=${uid},gid=${gid}`
  return /^\d+$/.test(name) ? `:uid=${name},gid=${/^\d+$/.test(group ?? '') ? group : name}` : ''
}
