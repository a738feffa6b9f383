import path from 'node:path'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { contentHooks } from '../definition/devcontainer/content-hooks.ts'
import { type UpOptions, withGrants } from '../environment/planned-change.ts'
import { readTrusted } from '../environment/run-initialize-command.ts'
import { gitRootOf } from '../files/project-paths.ts'
import { addFork, commonFolder, type Fork, removeMade, trying } from '../git/fork-worktree.ts'
import { type GitOptions, runGit } from '../git/run-git.ts'
import type { GitResult } from '../git/spawn-git.ts'
import { runWithoutSettings } from '../git/without-repository-settings.ts'
import { removeWorktree, type Worktree, whyKept } from '../git/worktree.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/silent-run.ts'
import { isBakedForFolder } from '../plan/baked-values.ts'
import { forgetLayer, inheritLayer } from '../store/layers.ts'
import { openProject, type Project } from '../store/open-project.ts'
import { rememberProject } from '../store/project-records.ts'
import { forgetTrust, readTrust, writeTrust } from '../trust/trust-record.ts'
import { cloneDataTo } from './data/snapshots.ts'
import { type Removed, remove } from './stop.ts'

/** At most this many uncommitted files are listed. */
const MAX_NAMED = 10

/**
 * Creates a worktree of a project's repository beside it, on the given branch, which is created if it does not exist. The
 * worktree is a project of its own, for experiments. The project's grants also apply to it as long as it requests no
 * more; nothing is created from what was not granted. Uncommitted changes stay in the project. With `data`, it starts
 * with the data of a snapshot, or with today's data (null), copy-on-write. If that fails, the worktree is removed again.
 * Errors: `fork-failed`, `not-trusted`, `git-missing`, `cancelled`, those of `cloneDataTo`.
 */
export async function fork(
  base: Host,
  project: Project,
  branch: string,
  options: Pick<UpOptions, 'trust'> & { data?: string | null | undefined },
  run: Run,
): Promise<Project> {
  const host = withGrants(base, options)
  const root = await workingTree(host, project, run)
  const named = await ask(host, root, ['check-ref-format', '--branch', branch], run)
  // It also takes what stands for another branch.
  if (named.code !== 0 || named.stdout.trim() !== branch) {
    throw productError('fork-failed', { branch, problem: 'That is not a branch name.' })
  }
  const read = await readTrusted(host, project, {}, run).catch((error: unknown) => {
    // Only the checkout shows whether the branch has a usable definition.
    if (!isProductError(error) || error.code === 'not-trusted' || error.code === 'cancelled') throw error
    const text = `The definition of ${project.name} cannot be used as it is: ${error.message} ${error.why ?? ''}`
    run.report({ kind: 'warning', text: text.trim() })
  })
  const folder = `${root}-${branch.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-')}`
  const changed = await uncommitted(host, root, project.name, run)
  const made = await addFork(root, { folder, branch }, gitOptions(host, root, run))
  if (changed.length > 0)
    run.report({ kind: 'note', text: `Uncommitted changes in ${project.name} are not in its fork.` })
  const baked = read?.services.find((service) => isBakedForFolder(service, read.definition.stack))
  if (baked) run.report({ kind: 'note', text: bakedForFolder(contentHooks(baked.merged.hooks)) })
  const forked = await openProject(path.join(folder, path.relative(root, project.path)), host.home)
  await inheritTrust(host, project, forked)
  await inheritLayer(host.home, project.key, forked.key)
  if (options.data !== undefined)
    await cloneDataTo(host, project, forked, options.data, run).catch(async (error: unknown) => {
      await takeBack(host, made, run)
      await forgetFork(host, forked)
      throw error
    })
  await rememberProject(host, forked)
  return forked
}

/**
 * Removes what `fork` made: environment, data, versions, the worktree, and its grants and settings; the branch stays.
 * Refuses before it removes anything if the worktree has uncommitted changes, except a lock that git does not track yet.
 * Errors: `fork-failed`, `git-missing`, `cancelled`; `busy`.
 */
export async function removeFork(host: Host, project: Project, run: Run): Promise<Removed> {
  const root = await workingTree(host, project, run)
  const branch = project.name
  const common = await commonFolder(root, branch, gitOptions(host, root, run))
  const { stdout: own } = await ask(host, root, ['rev-parse', '--path-format=absolute', '--git-dir'], run)
  const id = path.basename(own.trim())
  if (path.resolve(own.trim()) !== path.join(common, 'worktrees', id)) {
    throw productError('fork-failed', { branch, problem: 'It is not a worktree of another working tree.' })
  }
  const { stdout: tracked } = await ask(host, root, ['ls-files', '--stage', '-z'], run)
  if (/(?:^|\0)160000 /.test(tracked)) {
    const problem = 'It has submodules, and git removes no worktree that has some: remove it yourself.'
    throw productError('fork-failed', { branch, problem })
  }
  const worktree = { common, id, folder: root }
  await requireUnused(host, worktree, branch, run)
  const removed = await remove(host, project, { data: true, versions: true }, run)
  // Meanwhile somebody may have worked there.
  await requireUnused(host, worktree, branch, run)
  await trying(branch, () => removeWorktree(worktree)).finally(() => forgetFork(host, project))
  return removed
}

/** Forgets the grants and settings of a fork. */
async function forgetFork(host: Host, { key }: Project): Promise<void> {
  await forgetTrust(host, key)
  await forgetLayer(host.home, key)
}

/** Removes a new worktree and its new branch, unless somebody already works there. */
async function takeBack(host: Host, made: Fork, { report }: Run): Promise<void> {
  // The cancellation of the fork does not cancel this.
  const run = silentRun()
  try {
    await requireUnused(host, made, made.branch, run)
    await removeMade(made)
  } catch (error) {
    if (!isProductError(error)) throw error
    report({ kind: 'warning', text: `${made.folder} was not removed: ${error.why ?? error.message}` })
  }
}

const bakedForFolder = (hooks: string[]): string =>
  `${hooks.join(' and ')} can see the folder in the container, which has the fork's name: the fork has versions of its own. ` +
  'With a fixed "workspaceFolder" and "workspaceMount" it shares them.'

/**
 * The uncommitted changes of a working tree, in the format of `git status --porcelain`. New files count, whatever the
 * person's settings say. Submodules are excluded, because git would use their settings and run their filters.
 */
async function uncommitted(host: Host, root: string, branch: string, run: Run): Promise<string[]> {
  const shown = ['--untracked-files=normal', '--ignore-submodules=all']
  const args = ['--no-optional-locks', 'status', '--porcelain', '-z', ...shown]
  const { code, stdout, messages } = await runWithoutSettings(args, root, gitOptions(host, root, run))
  if (code !== 0) throw productError('fork-failed', { branch, problem: messages.join('\n') })
  return stdout.split('\0').filter((entry) => entry !== '')
}

/**
 * Refuses with `fork-failed` to remove a worktree that has uncommitted changes, except locks that "up" made, because Pristine
 * can make these again at any time; or that git would not remove.
 */
async function requireUnused(host: Host, worktree: Worktree, branch: string, run: Run): Promise<void> {
  const kept = await trying(branch, () => whyKept(worktree))
  if (kept !== undefined) throw productError('fork-failed', { branch, problem: kept })
  const entries = await uncommitted(host, worktree.folder, branch, run)
  const work = entries.filter((entry) => !/^\?\? (?:.*\/)?pristine\.lock$/s.test(entry))
  if (work.length === 0) return
  const problem = `It contains uncommitted changes:\n${entries.slice(0, MAX_NAMED).map(sanitize).join('\n')}`
  throw productError('fork-failed', { branch, problem })
}

async function workingTree(host: Host, project: Project, run: Run): Promise<string> {
  const root = gitRootOf(project)
  if ((await ask(host, root, ['rev-parse', '--git-dir'], run)).code === 0) return root
  throw productError('fork-failed', {
    branch: project.name,
    problem: `${project.path} is in no git repository.`,
  })
}

async function inheritTrust(host: Host, from: Project, to: Project): Promise<void> {
  const trust = await readTrust(host, from.key)
  if (!trust) return
  const { clone, grant } = trust
  await writeTrust(host, to.key, {
    ...(clone && { clone }),
    ...(grant && grant.folder === from.path && { grant: { ...grant, folder: to.path } }),
  })
}

/** Only for questions that read no file of the working tree and write nothing: git uses the repository's own settings. */
const ask = (host: Host, cwd: string, args: string[], run: Run): Promise<GitResult> =>
  runGit(['-C', cwd, ...args], gitOptions(host, cwd, run))

/** Uses only what is on this computer. */
const gitOptions = ({ env }: Host, cwd: string, { signal }: Run): GitOptions => ({
  env,
  cwd,
  signal,
  protocols: [],
  interactive: false,
})
