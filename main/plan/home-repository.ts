import path from 'node:path'
import type { Warning } from '../../shared/definition.ts'
import { openWorkingTree } from '../git/working-tree.ts'
import { type Project, workingTreeAround } from '../store/open-project.ts'

/**
 * Says that a project is tracked by a repository in the person's home, or above, which is no git root of any project: on a
 * computer with another home it is, and its files above the project can be inputs there. `file` is the definition's.
 */
export async function homeRepositoryWarnings(
  project: Project,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Warning[]> {
  const around = project.gitRoot === undefined ? await workingTreeAround(project.path) : undefined
  if (around === undefined || around === project.path) return []
  const tree = await openWorkingTree(around, env)
  const inside = path.relative(around, path.join(project.path, file)).replaceAll(path.sep, '/')
  if (typeof tree === 'string' || !tree.has(inside)) return []
  const message =
    `The repository in ${around} tracks this project, but that folder is your home, or holds it, and so is not the git root: ` +
    'files above the project are not part of the version, and all files in it count, also those that git does not track. A clone ' +
    'elsewhere may have another version; set HOME to a folder outside of the repository, or clone it below.'
  return [{ code: 'repository-of-home', message }]
}
