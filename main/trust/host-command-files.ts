import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError } from '../../shared/errors.ts'
import { type ProjectKey, Sha256 } from '../../shared/ids.ts'
import type { Permission } from '../../shared/trust.ts'
import { HashCache } from '../definition/inputs/hash-cache.ts'
import { byBytes } from '../files/byte-order.ts'
import { gitRootOf } from '../files/project-paths.ts'
import { YieldToEventLoop } from '../files/yield-to-event-loop.ts'
import type { Host } from '../host/host.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { ContentReader } from './content-reader.ts'
import { countedNames } from './counted-names.ts'
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
  /**
   * The folders in which these are, by name: what changes with each name that comes or goes, and what else is there (folders,
   * and what git ignores), with its inode.
   */
  folders: Map<string, { stamp: string; others: string }>
}

/**
 * What is below a project's git root and git does not ignore, tracked or not, and what of git's own folder makes git
 * run something; where git does not answer, all but dependencies. A repository in it counts by its own rules.
 * Pristine's own locks are left out: it writes them itself.
 * Errors: `input-unreadable` for a file that keeps changing; `cancelled`.
 */
export async function projectFiles(
  { home, env }: Pick<Host, 'home' | 'env'>,
  project: Project,
  signal: AbortSignal,
): Promise<HostCommandFiles> {
  const root = gitRootOf(project)
  const breath = new YieldToEventLoop(signal)
  const { names, others } = await countedNames(root, env, breath)
  for (const name of await filesOfSettings(root, names, env)) names.add(name)
  const locks = locksAmong(names, path.relative(root, project.path).replaceAll(path.sep, '/'))
  const cache = await HashCache.open(path.join(home.project(project.key), 'project-files.bin'), signal)
  const reader = new ContentReader(root, cache)
  const files: HostCommandFiles['files'] = new Map()
  const folders: HostCommandFiles['folders'] = new Map()
  const hash = createHash('sha256')
  for (const name of [...names].sort(byBytes)) {
    if (breath.due) await breath.take()
    if (locks.has(name)) continue
    const found = await reader.read(name)
    if (found?.content === undefined) {
      if (found) folders.set(name, { stamp: found.stamp, others: (others.get(name) ?? []).sort().join('\0') })
      continue
    }
    files.set(name, { content: found.content, stamp: found.stamp })
    hash.update(`${JSON.stringify([name, found.content])}\n`)
  }
  await cache.save()
  return { sha256: hash.digest('hex'), files, folders }
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

/**
 * What is different now, is new, or was written meanwhile, even if it was changed back; `names in FOLDER` for a folder in which
 * names came and went. What a command makes that does not count changes its folder, too: a folder whose other entries are
 * new, gone or replaced is not named.
 */
export function touchedFiles(before: HostCommandFiles, after: HostCommandFiles): string[] {
  const names = [...new Set([...before.files.keys(), ...after.files.keys()])]
  const touched = names.filter((name) => {
    const [was, now] = [before.files.get(name), after.files.get(name)]
    return was?.content !== now?.content || was?.stamp !== now?.stamp
  })
  const explained = new Set(touched.map((name) => name.slice(0, Math.max(name.lastIndexOf('/'), 0))))
  const folders = [...before.folders].flatMap(([name, { stamp, others }]) => {
    const now = after.folders.get(name)
    const isTold = explained.has(name) || now?.others !== others
    return isTold || now.stamp === stamp ? [] : [`names in ${name === '' ? '.' : name}/`]
  })
  return [...touched, ...folders]
}

/** The places of Pristine's locks: beside a definition of the project, where it looks for one. */
function locksAmong(names: ReadonlySet<string>, folder: string): Set<string> {
  const isLock = /^(?:\.devcontainer\/(?:[^/]+\/)?)?pristine\.lock$/
  const start = folder === '' ? '' : `${folder}/`
  return new Set([...names].filter((name) => name.startsWith(start) && isLock.test(name.slice(start.length))))
}
