import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { CloneAddress, withoutCredentials } from '../../shared/git-address.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { packageInstallHint } from './install-hint.ts'
import { LONGEST_POINTER, POINTER } from './lfs-pointer.ts'
import { readRegular } from './read-regular.ts'
import { type GitOptions, runGit } from './run-git.ts'

/** The files that Git LFS keeps elsewhere, as their commit names them. */
export async function largeFilesOf(options: GitOptions): Promise<string[]> {
  const { stdout } = await runGit(['ls-files', '-z', '--', ':(top,attr:filter=lfs)'], options)
  return stdout.split('\0').filter((name) => name !== '')
}

/**
 * Fetches the files that Git LFS keeps elsewhere, with the person's own git-lfs. Returns how many are still missing;
 * why is reported as a warning.
 */
export async function fetchLargeFiles(options: GitOptions, run: Run): Promise<number> {
  const count = await countPointers(options)
  if (count === 0) return 0
  const missing = (await whatIsMissing(options)) ?? (await whyRefused(options))
  if (missing !== undefined) {
    warn(run, `${files(count)} not fetched: ${missing}`)
    return count
  }
  const step = { kind: 'step', id: 'large-files', name: `Fetch ${files(count)}`, phase: 'fetch' } as const
  run.report({ ...step, state: 'running' })
  const result = {
    ...options,
    line: (text: string) => run.report({ kind: 'log', step: step.id, text: `${sanitize(text)}\n` }),
  }
  const { code, messages } = await runGit(['lfs', 'pull'], result)
  const left = await countPointers(options)
  run.report({ ...step, state: code === 0 && left === 0 ? 'done' : 'failed' })
  if (left > 0) warn(run, `${files(left)} not fetched: ${messages.at(-1) ?? ''} Try "git lfs pull".`)
  return left
}

const files = (count: number): string => `${count} large ${count === 1 ? 'file' : 'files'} (Git LFS)`

async function countPointers(options: GitOptions): Promise<number> {
  const names = await largeFilesOf(options)
  let count = 0
  for (const name of names) if (await isPointer(path.join(options.cwd, name))) count++
  return count
}

async function isPointer(file: string): Promise<boolean> {
  const stats = await lstat(file).catch(() => undefined)
  const content = stats?.isFile() ? await readRegular(file, LONGEST_POINTER) : undefined
  return content?.toString('latin1', 0, POINTER.length) === POINTER
}

async function whatIsMissing(options: GitOptions): Promise<string | undefined> {
  if ((await runGit(['lfs', 'version'], options)).code !== 0) {
    return `git-lfs is missing. ${await packageInstallHint('git-lfs')}`
  }
  const { stdout } = await runGit(['config', '--get', 'filter.lfs.process'], options)
  return stdout.trim() === '' ? 'run "git lfs install" once, then start it again.' : undefined
}

/** A repository may configure where its large files are; only addresses that may be cloned from are used. */
async function whyRefused(options: GitOptions): Promise<string | undefined> {
  const { stdout } = await runGit(
    ['config', '-z', '--blob', 'HEAD:.lfsconfig', '--get-regexp', 'url$'],
    options,
  )
  for (const entry of stdout.split('\0')) {
    const url = entry.split('\n')[1]
    if (url === undefined || CloneAddress.safeParse(url).success) continue
    return `its .lfsconfig names ${withoutCredentials(sanitize(url)).slice(0, 200)}, which is no address to fetch from.`
  }
  return undefined
}

const warn = (run: Run, text: string): void => run.report({ kind: 'warning', text: sanitize(text) })
