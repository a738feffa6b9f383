import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { statInside } from '../files/open-inside.ts'
import { type GitOptions, runGit } from './run-git.ts'
import { plainSettings, runWithoutSettings } from './without-repository-settings.ts'
import {
  addWorktree,
  createBranch,
  deleteBranch,
  movedLater,
  placeIndex,
  readSmallInside,
  removeWorktree,
  type Worktree,
} from './worktree.ts'

/*
 * The worktree of a fork: git answers questions about the repository, which read no file of the working tree and write
 * nothing; what is written is written here. `options`: of git in the working tree at `root`.
 */

/** A worktree that was made, and the commit at which its branch was created, if it was. */
export interface Fork extends Worktree {
  branch: string
  created: string | undefined
}

/**
 * Makes a worktree with its files, and its branch if there is none, without git writing in the repository. Leaves nothing
 * behind if that fails.
 */
export async function addFork(
  root: string,
  { folder, branch }: { folder: string; branch: string },
  options: GitOptions,
): Promise<Fork> {
  const common = await commonFolder(root, branch, options)
  const created = await commitToBranch({ folder, branch }, options)
  const files = await sparseFiles(branch, options)
  return trying(branch, async () => {
    const moved = movedLater(common)
    if (moved.includes(branch) || moved.includes(`refs/heads/${branch}`))
      throw productError('fork-failed', {
        branch,
        problem: `A rebase or bisect of ${branch} is not finished: go on with it, or abort it.`,
      })
    if (statInside(common, 'reftable'))
      throw productError('fork-failed', {
        branch,
        problem:
          'Its references are in the format "reftable", which only git writes. Make a worktree with "git worktree add", and open it as a project.',
      })
    if (created !== undefined) createBranch(common, branch, created)
    let worktree: Worktree | undefined
    try {
      worktree = addWorktree(common, { folder, branch, files })
      const made = { ...worktree, branch, created }
      const { code, messages } = await runWithoutSettings(
        ['reset', '--hard', '--quiet'],
        folder,
        { ...options, cwd: folder },
        (index) => placeIndex(made, index),
      )
      if (code !== 0) throw productError('fork-failed', { branch, problem: messages.join('\n') })
      return made
    } catch (error) {
      // Only the first failure is reported.
      await undo({ common, branch, created }, worktree).catch(() => {})
      throw error
    }
  })
}

/** Removes it again, and its branch if it was created. Errors: `fork-failed`. */
export const removeMade = (made: Fork): Promise<void> => trying(made.branch, () => undo(made, made))

/** The branch goes even where something of the worktree cannot be removed, such as what an editor writes there meanwhile. */
async function undo(
  { common, branch, created }: Pick<Fork, 'common' | 'branch' | 'created'>,
  worktree: Worktree | undefined,
): Promise<void> {
  try {
    if (worktree) await removeWorktree(worktree)
  } finally {
    if (created !== undefined) deleteBranch(common, branch, created)
  }
}

/**
 * The commit at which a branch is to be created; undefined if it exists. Refuses with `fork-failed` what git refuses: a
 * branch or a folder that is another worktree's already, and a name that is the beginning of another one's.
 */
async function commitToBranch(
  { folder, branch }: { folder: string; branch: string },
  options: GitOptions,
): Promise<string | undefined> {
  const fail = (problem: string) => productError('fork-failed', { branch, problem })
  const worktrees = (await answer(['worktree', 'list', '--porcelain'], branch, options)).split('\n')
  for (const [at, line] of worktrees.entries()) {
    if (line === `worktree ${folder}`)
      throw fail(`${folder} is a worktree already; "git worktree prune" forgets it if it is gone.`)
    if (line !== `branch refs/heads/${branch}`) continue
    const place = worktrees.slice(0, at).findLast((one) => one.startsWith('worktree ')) ?? ''
    throw fail(`The branch ${branch} is in use at ${sanitize(place.slice('worktree '.length))}.`)
  }
  const first = `refs/heads/${branch.split('/')[0]}`
  const listed = await answer(['for-each-ref', '--format=%(refname)', first], branch, options)
  const names = listed.split('\n').map((name) => name.slice('refs/heads/'.length))
  if (names.includes(branch)) return undefined
  const other = names.find(
    (name) => name !== '' && (name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`)),
  )
  if (other !== undefined)
    throw fail(`There is a branch ${sanitize(other)}, and no name may begin another one's.`)
  const head = await runGit(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], options)
  if (head.code !== 0) throw fail('The repository has no commit yet.')
  return head.stdout.trim()
}

/** What makes a worktree as sparse as that of the project (git-sparse-checkout(1)), as files of its folder in the repository. */
async function sparseFiles(branch: string, options: GitOptions): Promise<Record<string, string>> {
  const own = await answer(['rev-parse', '--path-format=absolute', '--git-dir'], branch, options)
  const patterns = await trying(branch, () =>
    readSmallInside(path.resolve(own.trim()), 'info/sparse-checkout'),
  )
  if (patterns === undefined) return {}
  const settings = await answer(['config', '--null', '--show-scope', '--list'], branch, options)
  const lines = plainSettings(settings, { ofWorktree: true })
  return {
    'info/sparse-checkout': patterns,
    ...(lines !== '' && { 'config.worktree': `[core]\n${lines}` }),
  }
}

/** The folder that all worktrees of a repository share. Refuses one to which a link leads with `fork-failed`. */
export async function commonFolder(root: string, branch: string, options: GitOptions): Promise<string> {
  const kind = await trying(branch, () => statInside(root, '.git')?.kind)
  if (kind === 'link')
    throw productError('fork-failed', { branch, problem: `${path.join(root, '.git')} is a link.` })
  if (kind === 'folder') return path.join(root, '.git')
  const common = ['rev-parse', '--path-format=absolute', '--git-common-dir']
  return path.resolve((await answer(common, branch, options)).trim())
}

/** What git answers about a repository. Errors: `fork-failed` where it does not. */
async function answer(args: string[], branch: string, options: GitOptions): Promise<string> {
  const { code, stdout, messages } = await runGit(args, options)
  if (code !== 0) throw productError('fork-failed', { branch, problem: messages.join('\n') })
  return stdout
}

/** Runs what reads or writes in a repository; a failure of the system is `fork-failed`. */
export async function trying<T>(branch: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw productError('fork-failed', { branch, problem: error.message }, { cause: error })
  }
}
