import { stat } from 'node:fs/promises'
import type { Mount } from '../../../shared/definition.ts'
import { isSystemError, productError } from '../../../shared/errors.ts'
import { gitRootOf, isInside } from '../../files/project-paths.ts'
import type { Project } from '../../store/open-project.ts'

/** An engine in a virtual machine has places of its own; if they are missing, the engine refuses the mount. */
const OF_THE_ENGINE = /^\/run\/(?:host-services|desktop)\//

/**
 * Refuses a mount whose source does not exist. What is missing in the project is left to the engine. Error: `mount-source-missing`.
 */
export async function requireSources(project: Project, mounts: readonly Mount[]): Promise<void> {
  if (process.platform !== 'linux') return
  for (const mount of mounts) {
    if (mount.kind !== 'bind' || OF_THE_ENGINE.test(mount.source)) continue
    if (isInside(mount.source, gitRootOf(project))) continue
    const problem = await stat(mount.source).catch((error: unknown) => error)
    if (isSystemError(problem, 'ENOENT'))
      throw productError('mount-source-missing', { source: mount.source, target: mount.target })
  }
}
