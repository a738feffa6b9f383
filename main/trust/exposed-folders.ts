import { createHash } from 'node:crypto'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ContainerSpec } from '../docker/containers.ts'
import { isInside } from '../files/project-paths.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'

/*
 * Which folders of this computer code inside could write, at any time and as whichever project. What git's settings say
 * there is that code's, so git may run nothing of them any more. One file a folder: processes write theirs at once.
 */

const fileOf = (home: Home, folder: string): string =>
  path.join(home.exposed, createHash('sha256').update(folder).digest('hex'))

/**
 * Keeps which folders a container is about to get to write; to be called before it is created. Errors: `storage-failed`.
 */
export async function keepExposed(home: Home, { HostConfig }: ContainerSpec): Promise<void> {
  const mounted = (HostConfig?.Mounts ?? []).flatMap(({ Type, Source, ReadOnly }) =>
    Type === 'bind' && Source && ReadOnly !== true ? [Source] : [],
  )
  for (const source of mounted) {
    const folder = await realpath(source).catch(() => path.resolve(source))
    const file = fileOf(home, folder)
    if (!(await stat(file).catch(() => undefined))) await writeFileWhole(file, folder)
  }
}

/** Whether code inside could ever write in a folder, below it, or above it. A record that cannot be read counts as one. */
export async function wasExposed(home: Home, folder: string): Promise<boolean> {
  const names = await readdir(home.exposed).catch(() => [])
  for (const name of names.filter((name) => !name.includes('.'))) {
    const known = await readFile(path.join(home.exposed, name), 'utf8').catch(() => folder)
    if (isInside(known, folder) || isInside(folder, known)) return true
  }
  return false
}
