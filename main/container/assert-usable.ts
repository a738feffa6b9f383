import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { holdsPath, readFiles } from '../docker/read-files.ts'
import type { Launch } from './prepare-launch.ts'
import { requirePrograms } from './require-programs.ts'

const ACCOUNTS = '/etc/passwd'

/**
 * Refuses a ready container that is not usable: one that lacks the user or the folder in which its commands run, or any
 * program that they can find. Only what the engine did not need itself is looked for.
 * Errors: `remote-user-missing`, `workspace-missing`, `programs-unfound`, `cancelled`.
 */
export async function assertUsable(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
): Promise<void> {
  const { run: config, parts } = launch
  const { remoteUser, containerUser, workspaceFolder } = config
  const [user = ''] = (remoteUser ?? '').split(':')
  const asStarted = containerUser ?? parts.image.Config.User
  if (remoteUser !== undefined && remoteUser !== asStarted && user !== 'root' && !/^\d+$/.test(user)) {
    const accounts = (await readFiles(engine, container, ACCOUNTS, () => true, run)).get(ACCOUNTS)
    // Only a regular file is read.
    if (accounts !== undefined && !accounts.split('\n').some((line) => line.startsWith(`${user}:`))) {
      throw productError('remote-user-missing', { user, service: parts.service })
    }
  }
  const mounts = [...(config.workspaceMount ? [config.workspaceMount] : []), ...config.mounts]
  // What is in memory the engine does not see.
  const made = mounts.some(
    ({ kind, target }) =>
      target === workspaceFolder || (kind === 'tmpfs' && workspaceFolder.startsWith(`${target}/`)),
  )
  if (!made && !(await holdsPath(engine, container, workspaceFolder, run))) {
    throw productError('workspace-missing', { folder: workspaceFolder, service: parts.service })
  }
  await requirePrograms(engine, launch, container, run)
}
