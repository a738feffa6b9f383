import { createHash } from 'node:crypto'
import { type BigIntStats, lstatSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError, isSystemError } from '../../shared/errors.ts'
import { type ProjectKey, Sha256 } from '../../shared/ids.ts'
import type { Permission } from '../../shared/trust.ts'
import { HashCache } from '../definition/inputs/hash-cache.ts'
import { byBytes } from '../files/byte-order.ts'
import { statInside } from '../files/open-inside.ts'
import { gitRootOf } from '../files/project-paths.ts'
import { YieldToEventLoop } from '../files/yield-to-event-loop.ts'
import { queryGit } from '../git/query-git.ts'
import type { Host } from '../host/host.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { entriesIn, filesOfGit, join } from './git-files.ts'
import { filesOfSettings } from './git-settings.ts'

/**
 * What a command on this computer may run or read of a project: its text does not show which programs that are (`make`,
 * `npm run`, `cd tools && ./x.sh`), and code in an environment can write all of it.
 */
export interface HostCommandFiles {
  /** Over the names and contents of all. */
  sha256: string
  /** By name, relative to the git root: what a file holds, and what changes whenever anything about it does. */
  files: Map<string, { content: string; stamp: string }>
}

/** Not searched if git does not report what is ignored: git's own folder, and what package managers create. */
const SKIPPED = ['.git', 'node_modules']

/**
 * The files below a project's git root that git does not ignore, tracked or not, and what of git's own folder makes git
 * run something; where git does not answer, all files but dependencies. A repository in it counts by its own rules.
 * Pristine's own locks are left out: it writes them itself.
 * Errors: `input-unreadable` for a file that keeps changing; `cancelled`.
 */
export async function projectFiles(
  { home, env }: Pick<Host, 'home' | 'env'>,
  project: Project,
  signal: AbortSignal,
): Promise<HostCommandFiles> {
  const root = gitRootOf(project)
  const reading: Reading = { root, env, breath: new YieldToEventLoop(signal) }
  const names = new Set(await namesOf(reading, ''))
  // Code inside can make any folder a repository, and git there uses its settings.
  for (const folder of foldersOf(names))
    if (look(path.join(root, folder, '.git')))
      for (const name of filesOfGit(root, `${folder}/.git`)) names.add(name)
  for (const name of await filesOfSettings(root, names, env)) names.add(name)
  const locks = locksAmong(names, path.relative(root, project.path).replaceAll(path.sep, '/'))
  const cache = await HashCache.open(path.join(home.project(project.key), 'project-files.bin'), signal)
  const files: HostCommandFiles['files'] = new Map()
  const hash = createHash('sha256')
  for (const name of [...names].sort(byBytes)) {
    if (locks.has(name)) continue
    const found = await fileAt(root, name, cache)
    if (found) {
      files.set(name, found)
      hash.update(`${JSON.stringify([name, found.content])}\n`)
    }
    if (reading.breath.due) await reading.breath.take()
  }
  await cache.save()
  return { sha256: hash.digest('hex'), files }
}

/** Records the files with which commands were granted, so that changes can be listed later. It decides nothing. */
export async function rememberGranted(
  home: Home,
  project: Project,
  { sha256, files }: HostCommandFiles,
): Promise<void> {
  if ((await readGranted(home, project))?.sha256 === sha256) return
  const contents = [...files].map(([name, { content }]) => [name, content])
  await writeFileWhole(grantedFile(home, project.key), JSON.stringify({ sha256, files: contents })).catch(
    (error: unknown) => {
      if (!isProductError(error, 'storage-failed')) throw error
    },
  )
}

/** The files, by name, that are others than when commands were last granted with them; none where that is not known. */
export async function changedSinceGrant(
  home: Home,
  project: Project,
  { files }: HostCommandFiles,
): Promise<string[]> {
  const granted = await readGranted(home, project)
  if (!granted) return []
  const before = new Map(granted.files)
  const names = new Set([...before.keys(), ...files.keys()])
  return [...names].filter((name) => before.get(name) !== files.get(name)?.content).sort(byBytes)
}

const Granted = z.object({ sha256: Sha256, files: z.array(z.tuple([z.string(), z.string()])) })

export const grantedFile = (home: Home, key: ProjectKey): string =>
  path.join(home.project(key), 'granted-files.json')

async function readGranted(home: Home, project: Project): Promise<z.infer<typeof Granted> | undefined> {
  try {
    return Granted.parse(JSON.parse(await readFile(grantedFile(home, project.key), 'utf8')))
  } catch {
    return undefined
  }
}

/** The files of a project that has a command on this computer; undefined where it has none. Errors: as `projectFiles`. */
export async function filesOfCommands(
  host: Pick<Host, 'home' | 'env'>,
  project: Project,
  requested: readonly Permission[],
  signal: AbortSignal,
): Promise<HostCommandFiles | undefined> {
  if (!requested.some(({ kind }) => kind === 'host-command')) return undefined
  return projectFiles(host, project, signal)
}

/** The files that existed before and are different now, or were written meanwhile, even if they were changed back. */
export function touchedFiles(before: HostCommandFiles, after: HostCommandFiles): string[] {
  return [...before.files].flatMap(([name, { content, stamp }]) => {
    const now = after.files.get(name)
    return now?.content === content && now.stamp === stamp ? [] : [name]
  })
}

function foldersOf(names: Iterable<string>): Set<string> {
  const folders = new Set<string>()
  for (const name of names)
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      if (folders.has(name.slice(0, slash))) break
      folders.add(name.slice(0, slash))
    }
  return folders
}

interface Reading {
  root: string
  env: Host['env']
  breath: YieldToEventLoop
}

/** What counts below a folder of the root. */
async function namesOf(reading: Reading, folder: string): Promise<string[]> {
  const own = filesOfGit(reading.root, join(folder, '.git'))
  const listed = await listedByGit(reading, folder)
  if (!listed) return [...own, ...(await walk(reading, folder))]
  const names: string[] = []
  for (const name of listed) {
    const here = join(folder, name.replace(/\/$/, ''))
    if (reading.breath.due) await reading.breath.take()
    // A repository in the repository, as git lists it.
    if (look(path.join(reading.root, here))?.isDirectory()) names.push(...(await namesOf(reading, here)))
    else names.push(here)
  }
  return [...own, ...names]
}

/**
 * Including the ignore files, even if they ignore themselves: they hide others that a command could run. Undefined
 * where the folder is no working tree, or git does not answer.
 */
async function listedByGit({ root, env }: Reading, folder: string): Promise<string[] | undefined> {
  if (!look(path.join(root, folder, '.git'))) return undefined
  const ask = async (args: string[]): Promise<string[] | undefined> => {
    const listed = await queryGit(
      path.join(root, folder),
      ['ls-files', '-z', '--exclude-standard', ...args],
      env,
    )
    return listed?.split('\0').filter(Boolean)
  }
  const [listed, ignored] = await Promise.all([
    ask(['--cached', '--others']),
    ask(['--others', '--ignored', '--directory']),
  ])
  return listed && ignored && [...listed, ...ignored.filter((name) => /(?:^|\/)\.gitignore$/.test(name))]
}

async function walk(reading: Reading, folder: string): Promise<string[]> {
  const names: string[] = []
  for (const { name, kind } of entriesIn(reading.root, folder)) {
    const here = join(folder, name)
    if (reading.breath.due) await reading.breath.take()
    if (kind === 'folder' && !SKIPPED.includes(name)) names.push(...(await walk(reading, here)))
    if (kind === 'file' || kind === 'link') names.push(here)
  }
  return names
}

/** The places of Pristine's locks: beside a definition of the project, where it looks for one. */
function locksAmong(names: ReadonlySet<string>, folder: string): Set<string> {
  const isLock = /^(?:\.devcontainer\/(?:[^/]+\/)?)?pristine\.lock$/
  const start = folder === '' ? '' : `${folder}/`
  return new Set([...names].filter((name) => name.startsWith(start) && isLock.test(name.slice(start.length))))
}

async function fileAt(
  root: string,
  name: string,
  cache: HashCache,
): Promise<{ content: string; stamp: string } | undefined> {
  const stats = look(path.join(root, name))
  if (!stats) return undefined
  const stamp = `${stats.ino} ${stats.ctimeNs}`
  if (stats.isSymbolicLink()) return { content: `-> ${statInside(root, name)?.target}`, stamp }
  if (!stats.isFile()) return undefined
  try {
    const { sha256, executable } = await cache.hash(root, name)
    return { content: executable ? `${sha256} x` : sha256, stamp }
  } catch (error) {
    // Behind a link it is another file; the link counts itself, unless git ignores it.
    if (isProductError(error) && isSystemError(error.cause, 'ELOOP')) return undefined
    // What this person may not read, no command of theirs runs.
    if (isProductError(error) && isSystemError(error.cause, 'EACCES', 'EPERM'))
      return { content: 'unreadable', stamp }
    throw error
  }
}

function look(file: string): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}
