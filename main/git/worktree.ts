import { randomBytes } from 'node:crypto'
import {
  fstatSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { openFolderInside, openInside, statInside } from '../files/open-inside.ts'
import { readPrefix } from '../files/read-prefix.ts'

/*
 * Branches and worktrees, written as git does (gitrepository-layout(5)), in a folder in which code inside can write at the
 * same time: git would run the hooks that the repository's settings name, and follow links. No log of a reference is written;
 * git begins one with the next commit.
 *
 * `common`: the folder that all worktrees of a repository share, absolute and without links. All fail with the system's
 * errors; ELOOP where a link is in the way.
 */

/** In bytes, of a file of git that names a place or a commit. */
const LONGEST = 1 << 20

/** A worktree that was added. */
export interface Worktree {
  common: string
  /** Its name among the repository's. */
  id: string
  /** Its working tree. */
  folder: string
}

/** Creates a branch at a commit, given by its whole id. EEXIST, ENOTDIR: another branch is there or in its place. */
export function createBranch(common: string, branch: string, commit: string): void {
  const parts = ['refs', 'heads', ...branch.split('/')]
  const name = parts.pop() ?? ''
  for (const [at, part] of parts.entries())
    within(common, parts.slice(0, at).join('/'), (place) => makeFolder(path.join(place, part)))
  within(common, parts.join('/'), (place) =>
    locked(path.join(place, name), (file, lock) => {
      const there = lstatSync(file, { throwIfNoEntry: false })
      // Git leaves the folders of branches that are gone.
      if (there?.isDirectory()) rmdirSync(file)
      else if (there) throw exists(`refs/heads/${branch}`)
      writeFileSync(lock, `${commit}\n`, { flush: true })
      renameSync(lock, file)
    }),
  )
}

/** Deletes a branch that was just created, unless it is at another commit by now. */
export function deleteBranch(common: string, branch: string, commit: string): void {
  const ref = `refs/heads/${branch}`
  within(common, path.posix.dirname(ref), (place) =>
    locked(path.join(place, path.posix.basename(ref)), (file) => {
      if (readSmallInside(common, ref)?.trim() === commit) unlinkSync(file)
    }),
  )
}

/**
 * Adds a worktree on a branch; its folder is created, or may be empty. It has no files and no index. `files`: what its
 * folder in the repository has besides, as names and contents.
 */
export function addWorktree(
  common: string,
  { folder, branch, files }: { folder: string; branch: string; files: Record<string, string> },
): Worktree {
  within(common, '', (place) => makeFolder(path.join(place, 'worktrees')))
  const id = within(common, 'worktrees', (place) =>
    freeFolder(place, path.basename(folder).replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')),
  )
  const worktree = { common, id, folder }
  let made = false
  try {
    made = makeFolder(folder)
    if (!made && readdirSync(folder).length > 0) throw exists(folder)
    const own = {
      // Until this is gone, "git worktree prune" leaves it alone.
      locked: 'initializing\n',
      commondir: '../..\n',
      gitdir: `${forGit(path.join(folder, '.git'))}\n`,
      HEAD: `ref: refs/heads/${branch}\n`,
    }
    const entry = `worktrees/${id}`
    for (const [name, content] of Object.entries({ ...own, ...files })) {
      const above = path.posix.dirname(name)
      if (above !== '.') within(common, entry, (place) => makeFolder(path.join(place, above)))
      writeNew(common, path.posix.join(entry, name), content)
    }
    writeFileSync(path.join(folder, '.git'), `gitdir: ${forGit(path.join(common, entry))}\n`, { flag: 'wx' })
    within(common, entry, (place) => unlinkSync(path.join(place, 'locked')))
    return worktree
  } catch (error) {
    try {
      if (made) rmSync(folder, { recursive: true, force: true })
      removeEntry(worktree)
    } catch {
      // Only the first failure is reported.
    }
    throw error
  }
}

/** Gives a worktree the index that it lacks. */
export const placeIndex = ({ common, id }: Worktree, index: Buffer): void =>
  writeNew(common, `worktrees/${id}/index`, index)

/** Removes a worktree with all its files. Where a file cannot be removed, the repository forgets it all the same, as with git. */
export async function removeWorktree(worktree: Worktree): Promise<void> {
  try {
    await rm(worktree.folder, { recursive: true, force: true, maxRetries: 3 })
  } finally {
    removeEntry(worktree)
  }
}

const removeEntry = ({ common, id }: Worktree): void => removeBelow(common, `worktrees/${id}`)

/** What a rebase or a bisect moves when it goes on, in whichever worktree: branches, by their names or whole references. */
export function movedLater(common: string): string[] {
  const ids = statInside(common, 'worktrees')
    ? within(common, 'worktrees', (place) => readdirSync(place))
    : []
  return ['', ...ids.map((id) => `worktrees/${id}/`)].flatMap((own) =>
    ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].flatMap(
      (name) => readSmallInside(common, own + name)?.trim() ?? [],
    ),
  )
}

/** Why the worktree in a folder is not to be removed; undefined if it may be. */
export function whyKept({ common, id, folder }: Worktree): string | undefined {
  if (statInside(common, `worktrees/${id}/locked`)) return 'It is locked: "git worktree unlock" changes that.'
  const named = readSmallInside(common, `worktrees/${id}/gitdir`)?.trim()
  // The file ".git" in it may name another one's.
  if (named !== undefined && path.resolve(common, 'worktrees', id, named) === path.join(folder, '.git'))
    return undefined
  return 'Its repository does not know it: "git worktree repair" may change that.'
}

/** The text of a small file of a repository; undefined if there is none. */
export function readSmallInside(common: string, name: string): string | undefined {
  try {
    using file = openInside(common, name)
    const stats = fstatSync(file.fd)
    const isSmall = stats.isFile() && stats.size <= LONGEST
    return isSmall ? readPrefix(file.fd, stats.size).toString('utf8') : undefined
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Works in a folder of the repository; errors name it by its path. */
function within<T>(common: string, relative: string, work: (place: string) => T): T {
  using folder = openFolderInside(common, relative)
  try {
    const result = work(folder.path)
    folder.verify()
    return result
  } catch (error) {
    if (error instanceof Error)
      error.message = error.message.replaceAll(folder.path, path.join(common, relative))
    throw error
  }
}

/** Works while nobody else writes a reference: whoever does makes this file first. */
function locked(file: string, work: (file: string, lock: string) => void): void {
  const lock = `${file}.lock`
  writeFileSync(lock, '', { flag: 'wx' })
  try {
    work(file, lock)
  } finally {
    rmSync(lock, { force: true })
  }
}

const writeNew = (common: string, name: string, content: string | Buffer): void =>
  within(common, path.posix.dirname(name), (place) =>
    writeFileSync(path.join(place, path.posix.basename(name)), content, { flag: 'wx', flush: true }),
  )

/** Returns whether it was made; whatever else is there stays. */
function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    throw error
  }
}

function freeFolder(place: string, name: string): string {
  if (makeFolder(path.join(place, name))) return name
  const other = `${name}-${randomBytes(4).toString('hex')}`
  mkdirSync(path.join(place, other))
  return other
}

function removeBelow(common: string, relative: string): void {
  const folders = within(common, relative, (place) =>
    readdirSync(place, { withFileTypes: true }).filter((entry) => {
      if (!entry.isDirectory()) unlinkSync(path.join(place, entry.name))
      return entry.isDirectory()
    }),
  )
  for (const { name } of folders) removeBelow(common, path.posix.join(relative, name))
  within(common, path.posix.dirname(relative), (place) =>
    rmdirSync(path.join(place, path.posix.basename(relative))),
  )
}

const forGit = (place: string): string => place.replaceAll(path.sep, '/')

const exists = (what: string): Error =>
  Object.assign(new Error(`${what} is there already.`), { code: 'EEXIST', syscall: 'open' })
