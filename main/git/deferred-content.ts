import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { DeferredContent } from '../../shared/clone.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { scopedSettings } from './config-scopes.ts'
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

/** What is recorded: also which settings the repository had then, as `settingsHash` gives them. */
const Recorded = z.object({ ...DeferredContent.shape, settings: z.optional(z.string()) })

/** Settings that persons and editors change in a fresh clone; fetching does not look at them. */
const HARMLESS = /^(?:branch|user)\./

/**
 * The hash of the repository's own settings, as git understands them; undefined where it does not answer. Nothing that they
 * name is run.
 */
async function settingsHash(options: GitOptions): Promise<string | undefined> {
  const { code, stdout } = await runGit(['config', '--null', '--show-scope', '--list'], options)
  if (code !== 0) return undefined
  const own = scopedSettings(stdout).flatMap(({ isOwn, setting }) =>
    isOwn || HARMLESS.test(setting) ? [] : setting,
  )
  return createHash('sha256').update(own.join('\0')).digest('hex')
}

/**
 * Remembers, for when the project is trusted, what its clone left out; null when that is nothing, or fetched. `options`: of
 * its folder, whose settings are remembered, too.
 */
export async function recordDeferred(
  home: Home,
  key: ProjectKey,
  deferred: DeferredContent | null,
  options: GitOptions,
): Promise<void> {
  if (!deferred) return rm(fileOf(home, key), { force: true })
  const settings = await settingsHash(options)
  await writeFileWhole(fileOf(home, key), `${JSON.stringify({ ...deferred, settings })}\n`)
}

/** The deferred content of a project's clone, until it is fetched; null if there is none. */
export async function readDeferred(home: Home, key: ProjectKey): Promise<DeferredContent | null> {
  const { submodules, largeFiles } = (await readRecord(home, key)) ?? {}
  return submodules && largeFiles !== undefined ? { submodules, largeFiles } : null
}

/** Whether the repository's own settings are still those that were recorded with its deferred content. */
export async function hasSameSettings(home: Home, key: ProjectKey, options: GitOptions): Promise<boolean> {
  const { settings } = (await readRecord(home, key)) ?? {}
  return settings !== undefined && settings === (await settingsHash(options))
}

async function readRecord(home: Home, key: ProjectKey): Promise<z.infer<typeof Recorded> | null> {
  const text = await readFile(fileOf(home, key), 'utf8').catch(() => 'null')
  try {
    return z.catch(z.nullable(Recorded), null).parse(JSON.parse(text))
  } catch {
    return null
  }
}
