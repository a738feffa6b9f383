import { isAbsolute, join, relative, resolve } from 'node:path'
import { devcontainerId } from './devcontainer-id.ts'
import type { Variables } from './substitute.ts'

/** A project as its definition sees it: its folder, and the git working tree's root where there is one. */
export interface ProjectPlace {
  path: string
  gitRoot?: string
}

/** What this computer knows of a definition's variables. `file` is relative to the project's folder. */
export function localVariables(
  project: ProjectPlace,
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

/** The git root that holds the project, or the project's own folder. */
export function gitRootOf(project: ProjectPlace): string {
  const path = resolve(project.path)
  return project.gitRoot !== undefined && isInside(path, resolve(project.gitRoot))
    ? resolve(project.gitRoot)
    : path
}

/** Where the project lies under its git root: `''`, or a relative path with forward slashes. */
export function pathInGitRoot(project: ProjectPlace): string {
  return relative(gitRootOf(project), resolve(project.path)).replaceAll('\\', '/')
}

/** Whether an absolute path is `root` or lies under it, by its text alone. */
export function isInside(path: string, root: string): boolean {
  const rest = relative(root, path)
  return rest === '' || (!/^\.\.(?:[\\/]|$)/.test(rest) && !isAbsolute(rest))
}
