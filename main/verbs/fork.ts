import { rm } from 'node:fs/promises'
import path from 'node:path'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { contentHooks } from '../definition/devcontainer/content-hooks.ts'
import { readTrusted } from '../environment/initialize.ts'
import { type UpOptions, withGrants } from '../environment/planned-change.ts'
import { gitRootOf } from '../files/project-paths.ts'
import { type GitOptions, runGit } from '../git/run-git.ts'
import type { GitResult } from '../git/spawn-git.ts'
import { runWithoutSettings } from '../git/without-settings.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/quiet-run.ts'
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
  if ((await ask(host, root, ['check-ref-format', '--branch', branch], run)).code !== 0) {
    throw productError('fork-failed', { branch, problem: 'That is not a branch name.' })
  }
  const read = await readTrusted(host, project, {}, run).catch((error: unknown) => {
    // Only the checkout shows whether the branch has a usable definition.
    if (!isProductError(error) || error.code === 'not-trusted' || error.code === 'cancelled') throw error
    const text = `The definition of ${project.name} cannot be used as it is: ${error.message} ${error.why ?? ''}`
    run.report({ kind: 'warning', text: text.trim() })
  })
  const folder = `${root}-${branch.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-')}`
  const known = await ask(host, root, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], run)
  const changed = await uncommitted(host, root, project.name, run)
  const made = known.code === 0 ? ['--', folder, branch] : ['-b', branch, '--', folder]
  const { code, messages } = await ask(host, root, ['worktree', 'add', '--no-checkout', ...made], run)
  if (code !== 0) throw productError('fork-failed', { branch, problem: messages.join('\n') })
  await checkOut(host, root, { folder, branch, isNew: known.code !== 0 }, run)
  if (changed.length > 0)
    run.report({ kind: 'note', text: `Uncommitted changes in ${project.name} are not in its fork.` })
  const baked = read?.services.find((service) => isBakedForFolder(service, read.definition.stack))
  if (baked) run.report({ kind: 'note', text: bakedForFolder(contentHooks(baked.merged.hooks)) })
  const forked = await openProject(path.join(folder, path.relative(root, project.path)), host.home)
  await inheritTrust(host, project, forked)
  await inheritLayer(host.home, project.key, forked.key)
  if (options.data !== undefined)
    await cloneDataTo(host, project, forked, options.data, run).catch(async (error: unknown) => {
      await takeBack(host, { root, folder, ...(known.code !== 0 && { branch }) }, run)
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
  const common = await ask(host, root, ['rev-parse', '--path-format=absolute', '--git-common-dir'], run)
  const own = await ask(host, root, ['rev-parse', '--path-format=absolute', '--git-dir'], run)
  if (common.stdout === own.stdout) {
    throw productError('fork-failed', { branch, problem: 'It is not a worktree of another working tree.' })
  }
  const { stdout: tracked } = await ask(host, root, ['ls-files', '--stage', '-z'], run)
  if (/(?:^|\0)160000 /.test(tracked)) {
    const problem = 'It has submodules, and git removes no worktree that has some: remove it yourself.'
    throw productError('fork-failed', { branch, problem })
  }
  await locksWithoutWork(host, root, branch, run)
  const removed = await remove(host, project, { data: true, versions: true }, run)
  // Runs outside the folder that is removed.
  await removeWorktree(host, path.dirname(common.stdout.trim()), root, branch, run)
  await forgetFork(host, project)
  return removed
}

/** Forgets the grants and settings of a fork. */
async function forgetFork(host: Host, { key }: Project): Promise<void> {
  await forgetTrust(host, key)
  await forgetLayer(host.home, key)
}

/** Removes a new worktree and its new branch, unless somebody already works there. */
async function takeBack(
  host: Host,
  { root, folder, branch }: { root: string; folder: string; branch?: string },
  { report }: Run,
): Promise<void> {
  // The cancellation of the fork does not cancel this.
  const run = silentRun()
  try {
    await removeWorktree(host, root, folder, path.basename(folder), run)
    if (branch !== undefined) await ask(host, root, ['branch', '-d', '--', branch], run)
  } catch (error) {
    if (!isProductError(error)) throw error
    report({ kind: 'warning', text: `${folder} was not removed: ${error.why ?? error.message}` })
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
 * The locks that "up" made in a working tree: they belong to Pristine, which can make them again at any time. Refuses
 * with `fork-failed` if anything else is uncommitted.
 */
async function locksWithoutWork(host: Host, root: string, branch: string, run: Run): Promise<string[]> {
  const entries = await uncommitted(host, root, branch, run)
  const locks = entries.filter((entry) => /^\?\? (?:.*\/)?pristine\.lock$/s.test(entry))
  if (entries.length === locks.length) return locks.map((entry) => entry.slice('?? '.length))
  const problem = `It contains uncommitted changes:\n${entries.slice(0, MAX_NAMED).map(sanitize).join('\n')}`
  throw productError('fork-failed', { branch, problem })
}

/**
 * Removes a worktree without uncommitted changes. Git's own check would run the programs in the repository's settings.
 */
async function removeWorktree(
  host: Host,
  main: string,
  folder: string,
  branch: string,
  run: Run,
): Promise<void> {
  const locks = await locksWithoutWork(host, folder, branch, run)
  await Promise.all(locks.map((lock) => rm(path.join(folder, lock))))
  const { code, messages } = await ask(host, main, ['worktree', 'remove', '--force', '--', folder], run)
  if (code !== 0) throw productError('fork-failed', { branch, problem: messages.join('\n') })
}

/**
 * Writes the files of a worktree that was just created. If that fails, removes the worktree again, and its branch if it
 * is new.
 */
async function checkOut(
  host: Host,
  root: string,
  { folder, branch, isNew }: { folder: string; branch: string; isNew: boolean },
  run: Run,
): Promise<void> {
  try {
    const options = gitOptions(host, folder, run)
    const { code, messages } = await runWithoutSettings(['reset', '--hard', '--quiet'], folder, options)
    if (code !== 0) throw productError('fork-failed', { branch, problem: messages.join('\n') })
  } catch (error) {
    // The cancellation of the fork does not cancel this.
    const toEnd = silentRun()
    await ask(host, root, ['worktree', 'remove', '--force', '--', folder], toEnd)
    if (isNew) await ask(host, root, ['branch', '-d', '--', branch], toEnd)
    throw error
  }
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

/** Only for commands that neither read nor write files of the working tree: git uses the repository's own settings. */
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
