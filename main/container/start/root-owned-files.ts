import { stat } from 'node:fs/promises'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { isHostRoot } from '../../docker/rootless.ts'
import { commandUser, type Launch } from '../launch/prepare-launch.ts'
import { isRoot } from './write-access.ts'

/**
 * Warns that files which commands create in the person's folder belong to root on this computer, if that is so and the
 * folder has another owner. For a project's first environment: it does not change later, and a definition without a
 * user is not wrong.
 */
export async function warnRootOwnedFiles(
  engine: Engine,
  launch: Launch,
  run: Pick<Run, 'report'>,
): Promise<void> {
  const { workspaceMount, options } = launch.run
  if (workspaceMount?.kind !== 'bind' || workspaceMount.readOnly || options.userns !== undefined) return
  // A virtual machine gives what is shared with it to the person.
  if (!engine.local || process.platform !== 'linux' || !isRoot(commandUser(launch))) return
  const owner = await stat(workspaceMount.source).then(
    ({ uid }) => uid,
    () => 0,
  )
  if (owner === 0 || !(await isHostRoot(engine))) return
  const text = `Commands run as root: what they make in ${workspaceMount.source} belongs to root on this computer. With a user of the image as "remoteUser" it stays yours: that user gets the number ${owner} here.`
  run.report({ kind: 'note', text })
}
