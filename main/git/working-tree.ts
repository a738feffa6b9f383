import { stat } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { statInside } from '../files/open-inside.ts'
import { LONGEST_INDEX, readIndex } from './index-file.ts'
import { queryGit } from './query-git.ts'
import { readRegular } from './read-regular.ts'
import { isMissing, type ObjectHash, openRepository, type Repository } from './repository.ts'
import { type TrackedFile, type TrackedFiles, trackedFiles } from './tracked-files.ts'

/** A working tree as git's index has it, the submodules in it included. Paths count from its root, with forward slashes. */
export class WorkingTree {
  readonly hash: ObjectHash
  /** Whether the executable bit of the files on the disk means something. */
  readonly fileMode: boolean
  private readonly tracked: TrackedFiles
  private readonly modules: Map<string, WorkingTree>
  private links: Set<string> | undefined

  constructor({ hash, fileMode }: Repository, tracked: TrackedFiles, modules: Map<string, WorkingTree>) {
    this.hash = hash
    this.fileMode = fileMode
    this.tracked = tracked
    this.modules = modules
  }

  find(file: string): TrackedFile | undefined {
    const { tree, rest } = this.treeOf(file)
    return tree.tracked.find(rest)
  }

  has(file: string): boolean {
    const { tree, rest } = this.treeOf(file)
    return tree.tracked.has(rest)
  }

  /** The commit that git has of a submodule, initialised or not; undefined for what is none. */
  commitOf(folder: string): string | undefined {
    for (const [at, tree] of this.modules)
      if (folder.startsWith(`${at}/`)) return tree.commitOf(folder.slice(at.length + 1))
    const tracked = this.tracked.find(folder)
    return tracked?.kind === 'module' ? tracked.object : undefined
  }

  /** Files by who answers for them: git in the folder of a submodule, or in the root, which is empty; with their paths from there. */
  byModule(files: Iterable<string>): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const file of files) {
      const folder = this.moduleOf(file)
      const inside = folder === '' ? file : file.slice(folder.length + 1)
      const others = found.get(folder)
      if (others) others.push(inside)
      else found.set(folder, [inside])
    }
    return found
  }

  private moduleOf(file: string): string {
    for (const [folder, tree] of this.modules)
      if (file.startsWith(`${folder}/`))
        return path.posix.join(folder, tree.moduleOf(file.slice(folder.length + 1)))
    return ''
  }

  /** The paths of the submodules that are not initialised: their folders are no working trees. */
  *uninitialised(): Generator<string> {
    for (const folder of this.paths('module')) if (this.find(folder)?.kind === 'module') yield folder
  }

  /** Whether git makes a folder, because something is tracked in it. */
  holds(folder: string): boolean {
    const { tree, rest } = this.treeOf(folder)
    return rest === '' || tree.tracked.has(rest) || tree.tracked.holds(rest)
  }

  /** Whether a path is tracked as a link. */
  isLink(file: string): boolean {
    this.links ??= new Set(this.paths('link'))
    return this.links.has(file)
  }

  /** The paths of all tracked files, or of those of one kind. */
  *paths(kind?: TrackedFile['kind']): Generator<string> {
    yield* this.tracked.paths(kind)
    for (const [folder, tree] of this.modules) for (const file of tree.paths(kind)) yield `${folder}/${file}`
  }

  /** The paths of the tracked files that a sparse checkout leaves out of the working tree. */
  *skipped(): Generator<string> {
    yield* this.tracked.skipped()
    for (const [folder, tree] of this.modules) for (const file of tree.skipped()) yield `${folder}/${file}`
  }

  /** The paths of the tracked files that git is set not to check for changes (git-update-index(1)). */
  *unwatched(): Generator<string> {
    yield* this.tracked.unwatched()
    for (const [folder, tree] of this.modules) for (const file of tree.unwatched()) yield `${folder}/${file}`
  }

  private treeOf(file: string): { tree: WorkingTree; rest: string } {
    for (const [folder, tree] of this.modules) {
      if (file === folder) return { tree, rest: '' }
      if (file.startsWith(`${folder}/`)) return tree.treeOf(file.slice(folder.length + 1))
    }
    return { tree: this, rest: file }
  }
}

/** So many submodules are looked for, in a repository and in its submodules. */
const MOST_MODULES = 10_000

/** What may still be read: bytes of indexes, and submodules. What code inside writes may lead from one to the next for ever. */
interface Room {
  bytes: number
  modules: number
}

/**
 * Reads what git tracks in the working tree with a root, an absolute path without links. `none`: there is no repository.
 * `unreadable`: its `.git` leads nowhere or may not be read, or its index can be read by git only, and git is missing or
 * refuses; or that is so of a submodule. Runs git only for an index that is split, sparse, or longer than one of any known
 * repository.
 */
export const openWorkingTree = (
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<WorkingTree | 'none' | 'unreadable'> =>
  openTree(root, env, { bytes: LONGEST_INDEX, modules: MOST_MODULES })

async function openTree(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  room: Room,
): Promise<WorkingTree | 'none' | 'unreadable'> {
  const repository = await openRepository(root)
  if (typeof repository === 'string') return repository
  const tracked = await readTracked(root, repository, env, room)
  if (!tracked) return 'unreadable'
  const modules = new Map<string, WorkingTree>()
  for (const folder of tracked.paths('module')) {
    if (room.modules-- <= 0) break
    if (!isFolderBelow(root, folder)) continue
    const tree = await openTree(path.join(root, folder), env, room)
    if (tree === 'unreadable') return tree
    if (tree !== 'none') modules.set(folder, tree)
  }
  return new WorkingTree(repository, tracked, modules)
}

/** Whether a submodule is a folder of its own, as git has them, and not the root or what a link leads to. */
function isFolderBelow(root: string, folder: string): boolean {
  if (folder.split('/').some((part) => part === '' || part === '.' || part === '..')) return false
  try {
    return statInside(root, folder)?.kind === 'folder'
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}

async function readTracked(
  root: string,
  { folder, hash }: Repository,
  env: Readonly<Record<string, string | undefined>>,
  room: Room,
): Promise<TrackedFiles | undefined> {
  const file = path.join(folder, 'index')
  const index = await readRegular(file, room.bytes)
  // Nothing was ever added.
  if (!index && (await isMissing(file))) return trackedFiles(hash, [])
  room.bytes -= index?.length ?? 0
  const read = index && readIndex(index, hash)
  if (read) return read
  // Git would wait for what a pipe says.
  if (!(await isFile(file))) return undefined
  const listed = await queryGit(root, ['ls-files', '--stage', '-v', '-z'], env)
  return listed === undefined ? undefined : listedFiles(listed, hash)
}

const isFile = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined))?.isFile() === true

/** What `git ls-files --stage -v -z` prints: `<tag> <mode> <object> <stage>\t<file>`, each with a NUL behind it; a small letter for what is assumed unchanged. */
function listedFiles(listed: string, hash: ObjectHash): TrackedFiles {
  const files = listed.split('\0').flatMap((line) => {
    const [, tag, mode, object = '', name = ''] = /^(\S) (\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? []
    if (mode === undefined) return []
    const skipped = /s/i.test(tag ?? '')
    const assumed = /[a-z]/.test(tag ?? '')
    const bytes = Buffer.from(object, 'hex')
    return [{ name: Buffer.from(name), mode: Number.parseInt(mode, 8), object: bytes, skipped, assumed }]
  })
  return trackedFiles(hash, files)
}
