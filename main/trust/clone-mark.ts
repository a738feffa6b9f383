import { stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readSmall } from '../files/read-text.ts'
import { gitFolder } from '../git/git-folder.ts'
import type { Project } from '../store/open-project.ts'

/**
 * In git's folder of a clone that Pristine made: wherever that is moved, and whichever of its folders, worktrees and
 * submodules is opened, it stays a stranger's until it is trusted there.
 */
const MARK = 'pristine-clone'
const TEXT = 'Pristine cloned this repository. What is opened of it starts only with your trust.\n'

/** Marks a clone, before anybody can open it. `folder` is its working tree. */
export const markClone = (folder: string): Promise<void> => writeFile(path.join(folder, '.git', MARK), TEXT)

/**
 * Where the repository of a project has what all its worktrees share, or that of a submodule what is its own; undefined
 * without a repository.
 */
export async function sharedGitFolder(project: Project): Promise<string | undefined> {
  const git = await gitFolder(project)
  if (git === undefined) return undefined
  // The folder of a worktree names the repository that all of them share: gitrepository-layout(5).
  const common = (await readSmall(path.join(git, 'commondir'))) ?? '.'
  return path.resolve(git, common.trim())
}

/** Whether a project is in a clone that Pristine made, or is a worktree or a submodule of one, as its mark says. */
export async function isMarkedClone(project: Project): Promise<boolean> {
  const shared = await sharedGitFolder(project)
  if (shared === undefined) return false
  // The folder of a submodule is inside its repository's.
  for (let folder = shared; ; folder = path.dirname(folder)) {
    if (await stat(path.join(folder, MARK)).catch(() => undefined)) return true
    if (path.basename(folder) === '.git' || folder === path.dirname(folder)) return false
  }
}
