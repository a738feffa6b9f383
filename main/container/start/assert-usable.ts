import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { holdsPath } from '../../docker/path-stat.ts'
import type { Launch } from '../launch/prepare-launch.ts'
import { assertUsers } from './assert-users.ts'
import { requirePrograms } from './require-programs.ts'

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
  const { workspaceFolder } = config
  await assertUsers(engine, launch, container, 'started', run)
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
