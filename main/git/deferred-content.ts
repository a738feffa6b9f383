import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { DeferredContent } from '../../shared/clone.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { largeFilesOf } from './fetch-large-files.ts'
import { type GitOptions, runGit } from './run-git.ts'

/** So many are named at most; a repository may have any number. */
const NAMED = 50

/** What a fresh clone has not fetched: its submodules, and the files that Git LFS keeps elsewhere. */
export async function findDeferred(folder: string, options: GitOptions): Promise<DeferredContent | null> {
  const inside = { ...options, cwd: folder }
  // Of the commit, not of the folder: there, ".gitmodules" may be a link.
  const listed = await runGit(
    ['config', '-z', '--blob', 'HEAD:.gitmodules', '--get-regexp', '^submodule\\..*\\.path$'],
    inside,
  )
  const submodules = listed.stdout.split('\0').flatMap((entry) => entry.split('\n')[1] ?? [])
  const largeFiles = (await largeFilesOf(inside)).length
  if (submodules.length + largeFiles === 0) return null
  return { submodules: submodules.slice(0, NAMED), largeFiles }
}

const fileOf = (home: Home, key: ProjectKey) => path.join(home.project(key), 'left-out.json')

/** Remembers, for when the project is trusted, what its clone left out; null when that is nothing, or fetched. */
export async function recordDeferred(
  home: Home,
  key: ProjectKey,
  deferred: DeferredContent | null,
): Promise<void> {
  if (deferred) await writeFileWhole(fileOf(home, key), `${JSON.stringify(deferred)}\n`)
  else await rm(fileOf(home, key), { force: true })
}

/** The deferred content of a project's clone, until it is fetched; null if there is none. */
export async function readDeferred(home: Home, key: ProjectKey): Promise<DeferredContent | null> {
  const text = await readFile(fileOf(home, key), 'utf8').catch(() => 'null')
  try {
    return z.catch(z.nullable(DeferredContent), null).parse(JSON.parse(text))
  } catch {
    return null
  }
}
