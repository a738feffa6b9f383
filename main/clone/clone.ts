import { rename, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import type { CloneResult } from '../../shared/clone.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { CloneSource } from '../../shared/source.ts'
import { readBranch } from '../git/branch.ts'
import { cloneFailure, hostOf } from '../git/clone-failure.ts'
import { findDeferred, readDeferred, recordDeferred } from '../git/deferred-content.ts'
import { type GitOptions, runGit } from '../git/run-git.ts'
import { isSameRemote, remotesOf } from '../git/same-remote.ts'
import type { GitResult } from '../git/spawn-git.ts'
import type { Host } from '../host/host.ts'
import { asRecordedWriter } from '../operation/recorded-writer.ts'
import { inspectDestination, makeFolder, projectAt, unwritable } from '../store/clone-destination.ts'
import { ensureFolder } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { forgetProject, recordedFolder, rememberProject } from '../store/project-records.ts'
import { markClone } from '../trust/clone-mark.ts'
import { readTrust, recordClone, restoreTrust } from '../trust/trust-record.ts'
import { CloneSteps } from './clone-steps.ts'
import { similarNames } from './similar-names.ts'

export interface CloneRequest {
  source: CloneSource
  /** The folder that it becomes, absolute. */
  destination: string
  /** Whether git may ask on this process's terminal. */
  interactive: boolean
}

/** A commit by its whole name; git takes no shorter one from a server. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Clones a repository with the person's own git and credentials, and puts it on the list. Nothing of the repository
 * runs: no hook, no submodule, no large file. It is cloned into a folder beside its destination and moved there when it
 * is complete, so that a failure, a cancel or a crash leaves nothing at the destination. A folder that is a clone of
 * the same repository already stays as it is.
 * Errors: `clone-refused`, `git-missing`, `git-host-unknown`, `git-unreachable`, `git-authentication`,
 * `repository-missing`, `branch-missing`, `destination-taken`, `destination-unwritable`, `clone-failed`, `busy`.
 */
export async function clone(
  host: Pick<Host, 'env' | 'home'>,
  request: CloneRequest,
  run: Run,
): Promise<CloneResult> {
  const existing = await findClone(host, request, run)
  if (existing) return existing
  const project = await projectAt(request.destination, host.home)
  const { source } = request
  const options = optionsOf(host, request, run)
  return asRecordedWriter(
    { folder: host.home.project(project.key), name: project.name },
    'clone',
    run,
    async (run) => {
      const [listed, trusted] = [await recordedFolder(host, project.key), await readTrust(host, project.key)]
      // From the first moment on, so that every window sees it, and that it is never taken for a folder of the person's own.
      await recordClone(host, project.key, source.url)
      await rememberProject(host, project)
      try {
        const leftOut = await fetchInto(project, source, options, run)
        await recordDeferred(host.home, project.key, leftOut, { ...options, cwd: project.path })
        return { project: { path: project.path, name: project.name }, existing: false, leftOut }
      } catch (error) {
        // Where that fails it asks once more, and no less.
        await restoreTrust(host, project.key, trusted).catch(() => {})
        if (listed === undefined) await forgetProject(host, project.key)
        throw isProductError(error, 'cancelled')
          ? productError('cancelled', { left: 'Nothing was left behind.' }, { cause: error })
          : error
      }
    },
  )
}

const optionsOf = (
  host: Pick<Host, 'env' | 'home'>,
  { source, interactive }: CloneRequest,
  { signal }: Run,
): GitOptions => ({
  env: host.env,
  cwd: host.home.root,
  signal,
  protocols: source.url.startsWith('http:') ? ['http', 'https'] : ['https', 'ssh'],
  interactive,
})

/**
 * Opens the clone of the repository that is at the place already, as it is; undefined when nothing is there.
 * Errors: `destination-taken` when anything else is there, `git-missing`.
 */
export async function findClone(
  host: Pick<Host, 'env' | 'home'>,
  request: CloneRequest,
  run: Run,
): Promise<CloneResult | undefined> {
  const { url, reference } = request.source
  const project = await projectAt(request.destination, host.home)
  const { path, name, key } = project
  await ensureFolder(host.home.root)
  const what = await inspectDestination(path)
  if (what === 'free') return undefined
  const remotes = what === 'folder' ? await remotesOf(path, optionsOf(host, request, run)) : []
  if (!remotes.some((remote) => isSameRemote(remote, url))) {
    const problem = what === 'file' ? 'It is a file.' : `It is not a clone of ${url}.`
    throw productError('destination-taken', { path, problem })
  }
  await rememberProject(host, project)
  run.report({ kind: 'note', text: `${sanitize(path)} is a clone of it already, and is opened as it is.` })
  const branch = await readBranch(project)
  if (reference !== null && branch !== reference) {
    const text = `It is on ${branch ?? 'no branch'}, not on ${reference}; "git switch ${reference}" changes that.`
    run.report({ kind: 'warning', text })
  }
  return { project: { path, name }, existing: true, leftOut: await readDeferred(host.home, key) }
}

/** Clones beside the place and moves it there. On any failure nothing is left. */
async function fetchInto(project: Project, source: CloneSource, options: GitOptions, run: Run) {
  const above = path.dirname(project.path)
  const unmake = await makeFolder(above)
  // Its name is one that only a clone to this place has: what a crash left of one is taken away by the next.
  const beside = path.join(above, `.${project.key}.cloning`)
  try {
    await rm(beside, { recursive: true, force: true })
    await fetch(beside, project, source, options, run)
    await markClone(beside)
    const leftOut = await findDeferred(beside, options)
    // An empty folder may be there; Windows moves nothing over one.
    await rmdir(project.path).catch(() => {})
    await rename(beside, project.path)
    return leftOut
  } catch (error) {
    await rm(beside, { recursive: true, force: true, maxRetries: 3 })
    await unmake()
    throw unwritable(project.path, error)
  }
}

async function fetch(
  folder: string,
  project: Project,
  { url, reference, userLeftOut }: CloneSource,
  options: GitOptions,
  run: Run,
): Promise<void> {
  if (userLeftOut) {
    const text = "The user's name in the address is left out; git's own credentials are used."
    run.report({ kind: 'note', text })
  }
  const steps = new CloneSteps(run, 'clone:')
  // What is drawn again and again would hide a question.
  if (!options.interactive) steps.begin('connect', `Connect to ${hostOf(url)}`)
  const told = { ...options, line: (text: string) => steps.line(text) }
  const commit = reference !== null && COMMIT.test(reference) ? reference : undefined
  const wanted = commit ? ['--no-checkout'] : reference === null ? [] : [`--branch=${reference}`]
  const results: GitResult[] = []
  const work = async (args: string[], given: GitOptions) => {
    const result = await runGit(args, given)
    results.push(result)
    return result.code === 0
  }
  try {
    const done =
      (await work(
        ['clone', '--progress', '--no-recurse-submodules', '--origin=origin', ...wanted, '--', url, folder],
        told,
      )) &&
      (commit === undefined ||
        (await work(['checkout', '--progress', '--detach', commit, '--'], { ...told, cwd: folder })))
    if (!done) {
      const messages = results.flatMap(({ messages }) => messages)
      throw (
        (reference === null ? undefined : await branchMissing(url, reference, messages, options)) ??
        (await cloneFailure(url, project.path, messages))
      )
    }
    steps.end('done')
  } catch (error) {
    steps.end('failed')
    throw error
  }
}

/** The error of a branch that is not there, with the names that are near to it; undefined when something else failed. */
async function branchMissing(url: string, reference: string, messages: string[], options: GitOptions) {
  const text = messages.join('\n')
  if (!/Remote branch .* not found|reference is not a tree|unable to read tree/.test(text)) return undefined
  const { stdout } = await runGit(['ls-remote', '--heads', '--tags', '--refs', '--', url], options)
  const names = [...stdout.matchAll(/\trefs\/(?:heads|tags)\/(.+)$/gm)].flatMap(([, name]) =>
    sanitize(name ?? ''),
  )
  return productError('branch-missing', { url, reference, near: similarNames(reference, names) })
}
