import { lstat, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { productError } from '../../shared/errors.ts'
import { queryRemote } from '../git/origin-remote.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'

/*
 * Volumes belong to a folder, and another repository may take the place of the one that filled them. So the data folder
 * records which repository (git's `origin`) uses the volumes of a project.
 */

/** `config`: git's settings file when the remote was read: as long as it stays the same file, so does the remote. */
const DataRemote = z.object({ remote: z.nullable(z.string()), config: z.optional(z.string()) })
type DataRemote = z.infer<typeof DataRemote>

interface Place {
  home: Home
  project: Pick<Project, 'key' | 'path' | 'gitRoot'>
}

const remoteFile = ({ home, project }: Place): string =>
  path.join(home.project(project.key), 'data-remote.json')

/**
 * The remote of another repository that used the volumes of this folder before; undefined where it is this one, or unknown.
 * A repository without a remote may get one: it stays the same. A record that cannot be read counts as none.
 */
export async function earlierRemote(place: Place): Promise<string | undefined> {
  const known = await readKnown(place)
  if (typeof known?.remote !== 'string') return undefined
  const now = await readNow(place, known)
  return now === undefined || now.remote === known.remote ? undefined : known.remote
}

/** Records that the repository that is in the folder now uses its volumes. Errors: `storage-failed`. */
export async function keepRemote(place: Place): Promise<void> {
  const known = await readKnown(place)
  const now = await readNow(place, known)
  if (now === undefined || (known?.remote === now.remote && known.config === now.config)) return
  await writeFileWhole(remoteFile(place), `${JSON.stringify(now)}\n`)
}

/** The remote as it is now; undefined where git does not answer. Git is asked only if its settings are another file. */
async function readNow({ project }: Place, known: DataRemote | undefined): Promise<DataRemote | undefined> {
  const config = await settingsOf(project)
  if (known && config !== undefined && known.config === config) return known
  const remote = await queryRemote(project)
  return remote === undefined ? undefined : { remote, ...(config !== undefined && { config }) }
}

/** Changes with git's settings; undefined where they are elsewhere, as those of a worktree. */
async function settingsOf({ path: folder, gitRoot }: Place['project']): Promise<string | undefined> {
  const stats = await lstat(path.join(gitRoot ?? folder, '.git/config'), { bigint: true }).catch(
    () => undefined,
  )
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ')
}

/** Forgets it, once the data is gone. Errors: `storage-failed`. */
export async function forgetRemote(place: Place): Promise<void> {
  const file = remoteFile(place)
  await rm(file, { force: true }).catch((error: Error) => {
    throw productError('storage-failed', { path: file, problem: error.message, of: 'home' }, { cause: error })
  })
}

async function readKnown(place: Place): Promise<DataRemote | undefined> {
  try {
    return DataRemote.parse(JSON.parse(await readFile(remoteFile(place), 'utf8')))
  } catch {
    return undefined
  }
}
