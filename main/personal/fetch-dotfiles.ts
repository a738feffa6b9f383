import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Dotfiles } from '../../shared/settings.ts'
import { cloneFailure, hostOf } from '../git/clone-failure.ts'
import { type GitOptions, runGit } from '../git/run-git.ts'
import type { GitResult } from '../git/spawn-git.ts'
import type { Host } from '../host/host.ts'
import { ensureFolder, type Home } from '../store/home.ts'
import { parseSource } from '../store/parse-source.ts'

/** The source of dotfiles, and what installs them; see `Dotfiles`. `asks`: git may ask on this process's terminal. */
export interface DotfilesWanted {
  source: string
  install: string | null
  interactive: boolean
}

const folderOf = (home: Home): string => path.join(home.root, 'dotfiles')
const fileOf = (home: Home, commit: string): string => path.join(folderOf(home), `${commit}.tar`)

/** The files of a commit as a tar; undefined where they are gone. */
export const readDotfiles = (home: Home, { commit }: Dotfiles): Promise<Buffer | undefined> =>
  readFile(fileOf(home, commit)).catch(() => undefined)

/**
 * Fetches the dotfiles of an address (`url[#branch]`), with the person's own git and credentials, by the rules of a
 * clone: nothing of them runs on this computer. They are kept, so that a start needs no network and what environments get
 * moves only when the person fetches again.
 * Errors: `clone-refused`, `usage` for a folder, `git-…`, `repository-missing`, `clone-failed`, `storage-failed`.
 */
export async function fetchDotfiles(
  { env, home }: Pick<Host, 'env' | 'home'>,
  { source, install, interactive }: DotfilesWanted,
  run: Run,
): Promise<Dotfiles> {
  const found = parseSource(source)
  if (found.kind === 'folder') throw productError('usage', { problem: 'Dotfiles come from a git URL.' })
  const { url, reference } = found
  await ensureFolder(folderOf(home))
  const beside = await mkdtemp(path.join(folderOf(home), '.fetching-'))
  const options: GitOptions = {
    env,
    cwd: beside,
    signal: run.signal,
    protocols: url.startsWith('http:') ? ['http', 'https'] : ['https', 'ssh'],
    interactive,
  }
  const work = async (...args: string[]): Promise<GitResult> => {
    const result = await runGit(args, options)
    if (result.code !== 0) throw await cloneFailure(url, beside, result.messages)
    return result
  }
  const name = `Fetch dotfiles from ${hostOf(url)}`
  const step = { kind: 'step', id: 'dotfiles:fetch', name, phase: 'fetch' } as const
  run.report({ ...step, state: 'running' })
  try {
    const branch = reference === null ? [] : [`--branch=${reference}`]
    const flags = ['--depth=1', '--no-checkout', '--no-recurse-submodules', ...branch]
    await work('clone', ...flags, '--', url, path.join(beside, 'clone'))
    const inClone = ['-C', path.join(beside, 'clone')]
    const commit = (await work(...inClone, 'rev-parse', 'HEAD')).stdout.trim()
    const tar = path.join(beside, 'files.tar')
    await work(...inClone, 'archive', '--format=tar', '--prefix=dotfiles/', `--output=${tar}`, commit)
    await rename(tar, fileOf(home, commit))
    run.report({ ...step, state: 'done' })
    return { source, commit, install }
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    throw error
  } finally {
    await rm(beside, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Removes stored dotfiles that are not used any more, and the remains of a killed fetch. */
export async function forgetDotfilesBut(home: Home, wanted: Dotfiles | null): Promise<void> {
  const names = await readdir(folderOf(home)).catch(() => [])
  const kept = wanted && path.basename(fileOf(home, wanted.commit))
  await Promise.all(
    names
      .filter((name) => name !== kept)
      .map((name) => rm(path.join(folderOf(home), name), { recursive: true, force: true })),
  )
}
