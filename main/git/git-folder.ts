import { stat } from 'node:fs/promises'
import path from 'node:path'
import { readSmall } from '../files/read-text.ts'
import type { Project } from '../store/open-project.ts'

/** What stands in git's folder while it works: gitrepository-layout(5), and the folders of git-rebase(1) and git-am(1). */
const UNFINISHED = ['index.lock', 'HEAD.lock', 'rebase-merge', 'rebase-apply']

/** Git's own folder of a project's working tree; undefined where there is none. */
export async function gitFolder(project: Project): Promise<string | undefined> {
  const root = project.gitRoot ?? project.path
  const git = path.join(root, '.git')
  const stats = await stat(git).catch(() => undefined)
  if (!stats?.isFile()) return stats && git
  const elsewhere = await gitPointer(root)
  return elsewhere === undefined ? undefined : path.resolve(root, elsewhere)
}

/** The content of the file `.git` of a worktree or a submodule; undefined if it is not a file. */
export async function gitPointer(root: string): Promise<string | undefined> {
  const text = await readSmall(path.join(root, '.git'))
  return text === undefined ? undefined : /^gitdir: (.+)$/m.exec(text)?.[1]
}

/** What shows that git is in the middle of something in a project's working tree; undefined when it is not. */
export async function unfinishedGit(project: Project): Promise<string | undefined> {
  const git = await gitFolder(project)
  if (git === undefined) return undefined
  for (const name of UNFINISHED) {
    const shown = path.join(git, name)
    if (await stat(shown).catch(() => undefined)) return shown
  }
  return undefined
}
