import path from 'node:path'
import { readIndex } from './index-file.ts'
import { queryGit } from './query-git.ts'
import { readRegular } from './read-regular.ts'
import { type ObjectHash, openRepository, type Repository } from './repository.ts'
import { type TrackedFile, type TrackedFiles, trackedFiles } from './tracked-files.ts'

const LARGEST = 1 << 30

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

/**
 * Reads what git tracks in the working tree with a root. `none`: there is no repository. `unreadable`: its index can be
 * read by git only, and git is missing or refuses. Runs git for a split or sparse index alone.
 */
export async function openWorkingTree(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<WorkingTree | 'none' | 'unreadable'> {
  const repository = await openRepository(root)
  if (!repository) return 'none'
  const tracked = await readTracked(root, repository, env)
  if (!tracked) return 'unreadable'
  const modules = await Promise.all(
    [...tracked.paths('module')].map(async (folder) => {
      const tree = await openWorkingTree(path.join(root, folder), env)
      return typeof tree === 'string' ? [] : [[folder, tree] as const]
    }),
  )
  return new WorkingTree(repository, tracked, new Map(modules.flat()))
}

async function readTracked(
  root: string,
  { folder, hash }: Repository,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TrackedFiles | undefined> {
  const index = await readRegular(path.join(folder, 'index'), LARGEST)
  // Nothing was ever added.
  if (!index) return trackedFiles(hash, [])
  const read = readIndex(index, hash)
  if (read) return read
  const listed = await queryGit(root, ['ls-files', '--stage', '-v', '-z'], env)
  return listed === undefined ? undefined : listedFiles(listed, hash)
}

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
