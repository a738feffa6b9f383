import path from 'node:path'
import { isProductError, isSystemError } from '../../../shared/errors.ts'
import type { InputFile } from '../../../shared/plan.ts'
import { statInside } from '../../files/open-inside.ts'
import { gitRootOf, type ProjectPaths, pathInGitRoot } from '../../files/project-paths.ts'
import { IgnoredFiles } from '../../git/ignored-files.ts'
import { convertedWhenAdded } from '../../git/line-end-conversion.ts'
import { linkInFile } from '../../git/symlinks-as-files.ts'
import type { TrackedFile } from '../../git/tracked-files.ts'
import { openWorkingTree, type WorkingTree } from '../../git/working-tree.ts'
import type { CollectOptions } from './collect-files.ts'
import type { HashCache, HashedFile } from './hash-cache.ts'

/**
 * A project's files in the form in which every clone has them. For tracked files, git's index decides whether a file is
 * a link, and whether it is executable if the file system does not record that; a text whose line ends git converted
 * counts with the line ends of the repository. So the same commit gives the same result everywhere, independent of the
 * clone's file system and settings. Paths count from `root`, with forward slashes.
 */
export class Checkout {
  /** The git root that holds the project, else its own folder; absolute, without links. */
  readonly root: string
  /** The project's folder; empty when it is the root. */
  readonly folder: string
  /** What git tracks; undefined where there is no repository, or its index cannot be read. */
  readonly tree: WorkingTree | undefined
  /** There is a repository, but its index cannot be read. */
  readonly unreadable: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hashes: HashCache
  private readonly ignoring: IgnoredFiles
  /** Modified files with CRLF line ends for which it is unknown how git would add them. */
  readonly undecided = new Set<string>()
  /** Untracked files that would count if git did not ignore them, where git did not answer. They do not count. */
  readonly unanswered = new Set<string>()
  /** The hashes of contents that files on the disk have with other line ends. */
  readonly converted = new Set<string>()
  /** Files that count differently from how they are on the disk: with other line ends, or another executable bit. */
  readonly differing = new Set<string>()
  /** Tracked links that were looked at and that the file system keeps as files, and where they lead as it is written. */
  readonly linksInFiles = new Map<string, string>()

  /** What Pristine itself put there for the version that runs, and git does not track: it decides no version. */
  private readonly put: ReadonlySet<string>

  private constructor(
    project: ProjectPaths,
    tree: WorkingTree | 'none' | 'unreadable',
    env: Readonly<Record<string, string | undefined>>,
    hashes: HashCache,
    put: string[],
  ) {
    this.root = gitRootOf(project)
    this.put = new Set(put.map((at) => this.pathOf(at)))
    this.folder = pathInGitRoot(project)
    this.tree = typeof tree === 'string' ? undefined : tree
    this.unreadable = tree === 'unreadable'
    this.env = env
    this.hashes = hashes
    this.ignoring = new IgnoredFiles(this.root, env)
  }

  /** `put`: absolute paths of what Pristine itself put into the folder. */
  static async open(
    project: ProjectPaths,
    env: Readonly<Record<string, string | undefined>>,
    hashes: HashCache,
    put: string[] = [],
  ): Promise<Checkout> {
    return new Checkout(project, await openWorkingTree(gitRootOf(project), env), env, hashes, put)
  }

  /** Whether something decides a version. `folder` counts from the root, the name from the folder. */
  counts(folder: string, name: string): boolean {
    if (this.put.size === 0) return true
    const at = join(folder, name)
    return !this.put.has(at) || this.tree?.has(at) === true
  }

  /**
   * Those of the files (from the root) that git ignores, or of which it does not say whether it does; they need not exist. None
   * where there is no repository.
   */
  async ignored(files: string[]): Promise<Set<string>> {
    if (files.length === 0 || (!this.tree && !this.unreadable)) return new Set()
    const known = await this.ignoring.among(files)
    return new Set(files.filter((file) => known.get(file) !== false))
  }

  /** The path of a folder (absolute, in the root) from the root. */
  pathOf(folder: string): string {
    return path.relative(this.root, folder).replaceAll('\\', '/')
  }

  /** How files are found below a folder: the same ones as in every clone. */
  collecting(folder: string): Pick<CollectOptions, 'linkAt' | 'isFolder' | 'signal'> {
    const { tree } = this
    const signal = this.hashes.signal
    if (!tree) return { signal }
    return {
      signal,
      linkAt: (file) => this.linkAt(join(folder, file)),
      isFolder: (inside) => tree.holds(join(folder, inside)),
    }
  }

  /** Hashed files of a folder as inputs. `folder` counts from the root, the files from the folder. */
  async asInputs(folder: string, files: [name: string, hashed: HashedFile][]): Promise<InputFile[]> {
    const modified: string[] = []
    const inputs = files.map(([name, hashed]): InputFile => {
      const tracked = this.tracked(join(folder, name))
      if (!tracked) return [name, hashed.executable, hashed.sha256]
      const executable = this.tree?.fileMode ? hashed.executable : tracked.executable
      if (executable !== hashed.executable) this.differing.add(join(folder, name))
      const text = this.textOf(tracked, hashed)
      if (text === 'modified') modified.push(join(folder, name))
      return [
        name,
        executable,
        text === 'converted' ? this.convert(join(folder, name), hashed) : hashed.sha256,
      ]
    })
    return modified.length === 0 ? inputs : this.settled(folder, files, inputs, modified)
  }

  /** A file, link or submodule as an input, as it is now; undefined for what is none, or cannot be read. Error: cancelled. */
  async inputAt(folder: string, name: string): Promise<InputFile | undefined> {
    const file = path.posix.join(folder, name)
    const commit = this.tree?.commitOf(file)
    if (commit !== undefined) return [name, false, `commit ${commit}`]
    const target = this.linkTarget(file)
    if (target !== undefined) return [name, false, `-> ${target}`]
    try {
      const hashed = await this.hashes.hash(this.root, file)
      const [input] = await this.asInputs('', [[file, hashed]])
      return input && [name, input[1], input[2]]
    } catch (error) {
      if (isProductError(error, 'input-unreadable')) return undefined
      throw error
    }
  }

  /** Where a link leads, as it is written; undefined for what is none. */
  linkTarget(file: string): string | undefined {
    try {
      const entry = statInside(this.root, file)
      return entry?.kind === 'file' ? this.linkAt(file) : entry?.target?.replaceAll(path.sep, '/')
    } catch (error) {
      if (isSystemError(error)) return undefined
      throw error
    }
  }

  /** Files (from the root) by the submodules that hold them, as `WorkingTree.byModule` has it. */
  byModule(files: string[]): Map<string, string[]> {
    return this.tree?.byModule(files) ?? new Map([['', files]])
  }

  private tracked(file: string): TrackedFile | undefined {
    const tracked = this.tree?.find(file)
    return tracked?.kind === 'file' ? tracked : undefined
  }

  /** What a file on the disk is beside the repository's: the same, the same with other line ends, or another text. */
  private textOf({ object }: TrackedFile, { lineEnds }: HashedFile): 'same' | 'converted' | 'modified' {
    const hash = this.tree?.hash
    if (lineEnds === undefined || hash === undefined || lineEnds.object[hash] === object) return 'same'
    return lineEnds.converted.object[hash] === object ? 'converted' : 'modified'
  }

  private convert(file: string, { sha256, lineEnds }: HashedFile): string {
    if (!lineEnds) return sha256
    this.differing.add(file)
    this.converted.add(lineEnds.converted.sha256)
    return lineEnds.converted.sha256
  }

  private async settled(
    folder: string,
    files: [name: string, hashed: HashedFile][],
    inputs: InputFile[],
    modified: string[],
  ): Promise<InputFile[]> {
    const converted = await convertedWhenAdded(this.root, this.byModule(modified), this.env)
    if (!converted) for (const file of modified) this.undecided.add(file)
    return inputs.map((input, at): InputFile => {
      const [name, executable] = input
      const hashed = files[at]?.[1]
      if (!hashed || !converted?.has(join(folder, name))) return input
      return [name, executable, this.convert(join(folder, name), hashed)]
    })
  }

  private linkAt(file: string): string | undefined {
    const target = this.tree && linkInFile(this.root, this.tree, file)
    if (target !== undefined) this.linksInFiles.set(file, target)
    return target
  }
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)
