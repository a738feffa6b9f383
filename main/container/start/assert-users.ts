import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { readFiles } from '../../docker/read-files.ts'
import { accountsIn, namedUser } from '../launch/accounts.ts'
import { isKeptAlive } from '../launch/base-create-request.ts'
import type { Launch } from '../launch/prepare-launch.ts'

const ACCOUNTS = '/etc/passwd'

type Moment = 'created' | 'started' | 'bake'

/**
 * Refuses a container that lacks the user as whom it or its commands run. `when` it is `created`, nothing of it has run: a
 * user that its own program may add counts as known until it has `started`. The commands of a `bake` run beside no program.
 * Errors: `remote-user-missing`, `cancelled`.
 */
export async function assertUsers(
  engine: Engine,
  launch: Launch,
  container: string,
  when: Moment,
  run: Pick<Run, 'signal'>,
): Promise<void> {
  const { parts } = launch
  const wanted = usersToFind(launch, when)
  if (wanted.length === 0) return
  // Only a regular file is read.
  const accounts = (await readFiles(engine, container, ACCOUNTS, () => true, run)).get(ACCOUNTS)
  if (accounts === undefined) return
  const known = accountsIn(accounts)
  const missing = wanted.find((user) => !known.some(({ name }) => name === user))
  if (missing === undefined) return
  const users = known.filter(({ uid }) => uid === 0 || isPerson(uid)).map(({ name }) => sanitize(name))
  throw productError('remote-user-missing', { user: missing, service: parts.service, users })
}

/** The users that `assertUsers` looks for at a moment: none where it does not read the container. */
export function usersToFind(launch: Launch, when: Moment): string[] {
  const { run: config, parts } = launch
  const starts = namedUser(config.containerUser ?? parts.image.Config.User)
  const remote = namedUser(config.remoteUser)
  const isLate = mayComeLater(launch)
  const wanted = {
    created: [starts, isLate ? undefined : remote],
    started: [isLate && remote !== starts ? remote : undefined],
    bake: [remote ?? starts],
  }[when]
  return wanted.filter((user): user is string => user !== undefined && user !== 'root')
}

/** Whether the container's program, or an entry point of a feature, may add users, or a mount brings others. */
function mayComeLater({ run, parts }: Launch): boolean {
  const isMounted = parts.run.mounts.some(({ target }) => target === '/etc' || target === ACCOUNTS)
  return isMounted || run.entrypoints !== undefined || !isKeptAlive(run, parts.image)
}

/** The numbers of people's accounts, not of programs' and of nobody (login.defs(5)). */
const isPerson = (uid: number): boolean => uid >= 1000 && uid <= 60_000
