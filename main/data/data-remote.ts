import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isSystemError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { readRemote } from '../git/origin-remote.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'

/*
 * Volumes belong to a folder, and another repository may take the place of the one that filled them. So the data folder
 * keeps which repository (git's `origin`) uses the volumes of a project.
 */

const DataRemote = z.object({ remote: z.nullable(z.string()) })

interface Place {
  home: Home
  project: { key: ProjectKey; path: string }
}

const remoteFile = ({ home, project }: Place): string =>
  path.join(home.project(project.key), 'data-remote.json')

/**
 * The remote of another repository that used the volumes of this folder before; undefined where it is this one, or unknown.
 * A repository without a remote may get one: it stays the same. A record that cannot be read is as none.
 */
export async function earlierRemote(place: Place): Promise<string | undefined> {
  const known = (await readKnown(place))?.remote ?? null
  if (known === null) return undefined
  return (await readRemote(place.project)) === known ? undefined : known
}

/** Keeps that the repository that is in the folder now uses its volumes. Errors: `storage-failed`. */
export async function keepRemote(place: Place): Promise<void> {
  const [known, remote] = await Promise.all([readKnown(place), readRemote(place.project)])
  if (known?.remote !== remote) await writeFileWhole(remoteFile(place), `${JSON.stringify({ remote })}\n`)
}

/** Forgets it, once the data is gone. */
export const forgetRemote = (place: Place): Promise<void> => rm(remoteFile(place), { force: true })

async function readKnown(place: Place): Promise<z.infer<typeof DataRemote> | undefined> {
  try {
    return DataRemote.parse(JSON.parse(await readFile(remoteFile(place), 'utf8')))
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.core.$ZodError)
      return undefined
    throw error
  }
}
