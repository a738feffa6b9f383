import path from 'node:path'
import type { Run } from '../../../shared/operation.ts'
import { projectMountOf, type WorkspaceMount } from '../../data/workspace-mount.ts'
import type { MountSettings } from '../../docker/containers.ts'
import { byBytes } from '../../files/byte-order.ts'
import { type Entry, listInside } from '../../files/open-inside.ts'
import { gitFolder } from '../../git/git-folder.ts'
import { queryGit } from '../../git/query-git.ts'
import type { Project } from '../../store/open-project.ts'

/** A folder of this computer as content hooks see it: they work on a copy. */
export interface WorkspaceCopy extends WorkspaceMount {
  /** What is copied, relative to the source with forward slashes; folders before what they hold. */
  entries: CopyEntry[]
  /** Where git keeps its objects: too many to be copied, they are read where the folder itself is mounted beside. */
  objects: GitObjects[]
}

type CopyEntry = { path: string } & ({ kind: 'folder' | 'file' } | { kind: 'link'; target: string })

type Env = Readonly<Record<string, string | undefined>>

interface GitObjects {
  /** The `.git` folder, or one of a submodule, relative to the view's source. */
  repository: string
  /** Where the container has them. */
  target: string
}

/** Where a container that bakes has the mounted folders as they are, for git's objects in them. */
const ORIGINALS = '/run/pristine-git'

const GUESSED =
  'Git does not say what it ignores in this folder, or in a repository in it: hooks get a copy without folders of dependencies by their usual names, ' +
  'and with files that other clones do not have, such as ".env". See what "git ls-files" says there.'

/**
 * Folders that tools fill, which may hold content of any version in the person's folder; used where git does not report
 * what is ignored.
 */
const FILLED = /^(?:node_modules|bower_components|\.venv|venv|__pycache__|\.tox|\.nox|\.pnpm-store)$/

/**
 * How a container mounts what hooks may not change: a folder of the project that can be written gives way to an empty
 * volume, which goes with the container and takes the copy. Everything else stays. `put` are absolute
 * paths of what lies in the folder for the version that runs, and is left out: files, and folders while they are empty.
 * `env` is the environment that git runs in. If there is a repository and git does not answer, a warning reports it.
 */
export async function workspaceCopies(
  project: Project,
  mounts: MountSettings[],
  placed: string[],
  env: Env,
  run: Pick<Run, 'report'>,
): Promise<{ copies: WorkspaceCopy[]; mounts: MountSettings[] }> {
  const copies: WorkspaceCopy[] = []
  const kept: MountSettings[] = []
  for (const mount of mounts) {
    const place =
      mount.Type === 'bind' && mount.ReadOnly !== true
        ? await projectMountOf(project, { source: mount.Source, target: mount.Target })
        : undefined
    if (!place) {
      kept.push(mount)
      continue
    }
    // Of a folder around the project only the project is copied.
    if (place.target !== mount.Target) kept.push(mount)
    const isRepository = (await gitFolder(project)) !== undefined
    let isGuessed = false
    const ask = async (folder: string): Promise<Ignored | undefined> => {
      const ignored = await ignoredIn(place.source, folder, env)
      isGuessed ||= !ignored && (isRepository || folder !== '.')
      return ignored
    }
    const original = `${ORIGINALS}-${copies.length}`
    const objects: GitObjects[] = []
    const entries = await list(place.source, placed, ask, (repository) => {
      const from = path.posix.relative(mount.Target, place.target)
      objects.push({ repository, target: path.posix.join(original, from, repository, 'objects') })
    })
    if (isGuessed) run.report({ kind: 'warning', text: GUESSED })
    copies.push({ ...place, entries, objects })
    kept.push({ Type: 'volume', Source: '', Target: place.target, ReadOnly: false })
    // All of it: the engine follows links to what it mounts, and code that works in the folder could put one in the place
    // of anything below. Inside the container such a link leads nowhere else than into the container.
    if (objects.length > 0) kept.push({ ...mount, Target: original, ReadOnly: true })
  }
  return { copies, mounts: kept }
}

/**
 * Lists a folder without what git ignores: dependencies and products of whatever version was there last, and files that no
 * other clone has (`.env`), which would come into an image that other clones start. `ask` is for the folder itself, and for
 * each repository in it: git does not look into submodules and other working trees of its own.
 */
async function list(
  source: string,
  placed: string[],
  ask: (folder: string) => Promise<Ignored | undefined>,
  foundObjects: (repository: string) => void,
): Promise<CopyEntry[]> {
  const others = new Set(placed)
  const isEmptyPut = (at: string) => others.has(path.join(source, at)) && listInside(source, at).length === 0
  const entries: CopyEntry[] = []
  /** `above`: what git ignores, of each repository that the folder lies in. */
  const visit = async (folder: string, inGit: boolean, above: (Ignored | undefined)[]): Promise<void> => {
    // Others have their turn between two folders.
    await new Promise((resolve) => setImmediate(resolve))
    const found = listInside(source, folder).sort((a, b) => byBytes(a.name, b.name))
    const isRepository = inGit && holds(found, 'HEAD', 'file') && holds(found, 'objects', 'folder')
    if (isRepository) foundObjects(folder)
    const hasOwn = !inGit && (folder === '.' || found.some(({ name }) => name === '.git'))
    const asked = hasOwn ? [...above, await ask(folder)] : above
    for (const entry of found) {
      const at = path.posix.join(folder, entry.name)
      if (entry.kind !== 'folder' && others.has(path.join(source, at))) continue
      if (entry.kind !== 'folder' && !inGit && asked.some((one) => one?.files.has(at))) continue
      // An undecodable name is not copied, whatever it is.
      if (entry.target !== undefined) entries.push({ path: at, kind: 'link', target: entry.target })
      else if (entry.kind === 'file') entries.push({ path: at, kind: 'file' })
      else if (entry.kind === 'folder') {
        const isGit = inGit || entry.name === '.git'
        if (isRepository && (entry.name === 'objects' || entry.name === 'lfs')) continue
        const isFilled = asked.some((one) => (one ? one.folders.has(at) : FILLED.test(entry.name)))
        if (!isGit && (isFilled || isEmptyPut(at))) continue
        entries.push({ path: at, kind: 'folder' })
        await visit(at, isGit, asked)
      }
    }
  }
  await visit('.', false, [])
  return entries
}

const holds = (entries: Entry[], name: string, kind: Entry['kind']): boolean =>
  entries.some((entry) => entry.name === name && entry.kind === kind)

/** What git ignores in a working tree: whole folders, by a pattern of theirs, and single files; by their paths in the source. */
interface Ignored {
  folders: Set<string>
  files: Set<string>
}

/**
 * Asks git without having it read a file: what compares contents (`git status`) runs the filters that the repository's
 * settings name, which code in an environment can write. Undefined where git does not answer.
 */
async function ignoredIn(source: string, folder: string, env: Env): Promise<Ignored | undefined> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']
  const listed = (await queryGit(path.join(source, folder), args, env))?.split('\0').filter(Boolean)
  if (!listed) return undefined
  // A folder is listed with what is ignored in it, unless it is ignored itself.
  const above = new Set(listed.flatMap(foldersAbove))
  const folders = listed.flatMap((at) => (at.endsWith('/') && !above.has(at) ? [at.slice(0, -1)] : []))
  const files = listed.filter((at) => !at.endsWith('/'))
  const inSource = (names: string[]) => new Set(names.map((name) => path.posix.join(folder, name)))
  return { folders: inSource(folders), files: inSource(files) }
}

/** The folders that a path lies in, each with a slash at its end. */
const foldersAbove = (at: string): string[] =>
  [...at.matchAll(/\//g)].map(({ index }) => at.slice(0, index + 1)).filter((folder) => folder !== at)
