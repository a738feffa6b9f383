import { join, resolve } from 'node:path'
import { gitRootOf, type ProjectPaths } from '../../../files/project-paths.ts'
import { devcontainerId } from './devcontainer-id.ts'
import type { Variables } from './substitute.ts'

/** What this computer knows of a definition's variables. `file` is relative to the project's folder. */
export function localVariables(
  project: ProjectPaths,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Variables {
  const path = resolve(project.path)
  return {
    localEnv: env,
    localWorkspaceFolder: path,
    localGitRoot: gitRootOf(project),
    devcontainerId: devcontainerId({
      'devcontainer.config_file': join(path, file),
      'devcontainer.local_folder': path,
    }),
  }
}
