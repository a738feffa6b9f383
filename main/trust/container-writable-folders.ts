import { createHash } from 'node:crypto'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ContainerSpec } from '../docker/containers.ts'
import { gitRootOf, isInside } from '../files/project-paths.ts'
import type { Home } from '../store/home.ts'
import { openProject, type Project } from '../store/open-project.ts'
import { recordedProjects } from '../store/project-records.ts'
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

/** Whether code inside could ever write in a folder, below it, or above it. */
export async function wasExposed(home: Home, folder: string): Promise<boolean> {
  const known = await readExposed(home)
  return known.some((one) => isInside(one, folder) || isInside(folder, one))
}

/**
 * The folders in which code inside can have put links: those that containers could write, and the git roots of a project and
 * of all on the list, whose repositories can bring links, too.
 */
export async function foldersWithLinks(host: { home: Home }, project: Project): Promise<string[]> {
  const listed = await recordedProjects(host)
  const others = await Promise.all(listed.map((one) => openProject(one.path, host.home).catch(() => [])))
  return [...(await readExposed(host.home)), ...[project, ...others.flat()].map(gitRootOf)]
}

/** A record that cannot be read stands for every folder. */
async function readExposed(home: Home): Promise<string[]> {
  const names = await readdir(home.exposed).catch(() => [])
  const files = names.filter((name) => !name.includes('.')).map((name) => path.join(home.exposed, name))
  return Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => path.parse(file).root)))
}
