import { posix } from 'node:path'
import type { Mount } from '../../../../shared/definition.ts'
import { type ProjectPaths, pathInGitRoot } from '../../../files/project-paths.ts'
import { invalid, type Origin } from '../document/source-position.ts'
import { parseMount } from './parse-mounts.ts'

/**
 * Where the source is mounted and which folder is opened. Defaults as in the Dev Containers CLI: the git root that
 * holds the project at `/workspaces/<its name>`, opened at the project. Each of the two values has its own default.
 * Host paths stay templates, so that the text is the same for every clone.
 */
export function readWorkspace(
  written: { workspaceFolder?: string | undefined; workspaceMount?: string | undefined },
  project: ProjectPaths,
  origin: Origin,
): { workspaceFolder: string; workspaceMount: Mount | null } {
  const inRoot = pathInGitRoot(project)
  const root = inRoot === '' ? 'localWorkspaceFolder' : 'localGitRoot'
  if (written.workspaceFolder !== undefined && !/^(?:\/|\$\{)/.test(written.workspaceFolder)) {
    throw invalid(origin, ['workspaceFolder'], '"workspaceFolder" must be an absolute path in the container')
  }
  const target = `/workspaces/\${${root}Basename}`
  return {
    workspaceFolder: written.workspaceFolder ?? posix.join(target, inRoot),
    workspaceMount:
      written.workspaceMount === undefined
        ? { kind: 'bind', source: `\${${root}}`, target, readOnly: false }
        : written.workspaceMount === ''
          ? null
          : parseMount(written.workspaceMount, origin, ['workspaceMount']),
  }
}
