import { stat } from 'node:fs/promises'
import path, { posix } from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import { gitRootOf, isInside } from '../files/project-paths.ts'
import { readSmall } from '../files/read-text.ts'
import { gitPointer } from '../git/git-folder.ts'
import type { Project } from '../store/open-project.ts'

/**
 * The repository that git misses in a container: a worktree or a submodule has it elsewhere on this computer, and its
 * file `.git` leads nowhere inside unless something is mounted there. `run` is resolved for this computer. Undefined if
 * git finds the repository, if the folder is not mounted, or if there is none.
 */
export async function missingRepository(project: Project, run: RunConfig): Promise<string | undefined> {
  const root = gitRootOf(project)
  const pointer = await gitPointer(root)
  if (pointer === undefined) return undefined
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const binds = mounts.filter((mount) => mount.kind === 'bind')
  const own = binds.find(({ source }) => isInside(root, source))
  if (!own) return undefined
  const place = posix.join(own.target, path.relative(own.source, root).replaceAll('\\', '/'))
  const git = path.resolve(root, pointer)
  // For a worktree: the folder that all worktrees share (gitrepository-layout(5)).
  const shared = ((await readSmall(path.join(git, 'commondir'))) ?? '.').trim()
  for (const inside of [posix.resolve(place, pointer), posix.resolve(place, pointer, shared)]) {
    const found = await Promise.all(
      binds.map(({ source, target }) => holds(source, posix.relative(target, inside))),
    )
    if (!found.includes(true)) return path.resolve(git, shared)
  }
  return undefined
}

/** Whether a mounted folder has a git folder at a path below it. */
async function holds(source: string, below: string): Promise<boolean> {
  if (/^\.\.(?:\/|$)/.test(below)) return false
  return (await stat(path.join(source, below, 'HEAD')).catch(() => undefined)) !== undefined
}
