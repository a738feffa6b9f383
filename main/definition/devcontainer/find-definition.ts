import { readdir, stat } from 'node:fs/promises'
import { isAbsolute, join, posix } from 'node:path'
import { isProductError, productError } from '../../../shared/errors.ts'
import { errorCode } from '../../files/error-code.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'

/** The file that defines a project; `file` is relative to its folder, with forward slashes. */
export interface FoundDefinition {
  kind: 'devcontainer' | 'dockerfile' | 'compose'
  file: string
}

const DEVCONTAINERS = ['.devcontainer/devcontainer.json', '.devcontainer.json']
const DOCKERFILES = ['Dockerfile', 'Containerfile']
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']

/** Where several files could define a project, those with these ends are Compose files. */
const COMPOSE = /\.ya?ml$/i

/**
 * Finds the definition of a project, in the order of the Dev Containers specification; then a bare Dockerfile, then a
 * Compose file. `choice` picks one instead: a file, relative to the project, or the name of a folder in `.devcontainer`.
 * Errors: project-missing, definition-missing, definition-ambiguous, definition-unknown, definition-invalid.
 */
export async function findDefinition(project: ProjectPaths, choice?: string): Promise<FoundDefinition> {
  if ((await kindOf(project.path)) !== 'folder') throw productError('project-missing', { path: project.path })
  if (choice !== undefined) return chosen(project, choice)

  const [devcontainer] = await present(project, DEVCONTAINERS)
  if (devcontainer) return { kind: 'devcontainer', file: devcontainer }

  const nested = await nestedDevcontainers(project)
  if (nested.length > 1) throw productError('definition-ambiguous', { files: nested })
  if (nested[0]) return { kind: 'devcontainer', file: nested[0] }

  const [dockerfile] = await present(project, DOCKERFILES)
  if (dockerfile) return { kind: 'dockerfile', file: dockerfile }

  const [compose] = await present(project, COMPOSE_FILES)
  if (compose) return { kind: 'compose', file: compose }
  throw productError('definition-missing', { path: project.path })
}

/** Whether nothing in a project's folder defines it. One that cannot be read or chosen is there. */
export const lacksDefinition = (project: ProjectPaths): Promise<boolean> =>
  findDefinition(project).then(
    () => false,
    (error: unknown) => {
      if (!isProductError(error)) throw error
      return error.code === 'definition-missing'
    },
  )

/** The Compose file of a project, if it has one. */
export async function findCompose(project: ProjectPaths): Promise<string | undefined> {
  return (await present(project, COMPOSE_FILES))[0]
}

async function chosen(project: ProjectPaths, choice: string): Promise<FoundDefinition> {
  const nested = await nestedDevcontainers(project)
  const byName = nested.find((file) => file === `.devcontainer/${choice}/devcontainer.json`)
  if (byName !== undefined) return { kind: 'devcontainer', file: byName }
  const file = posix.normalize(choice.replaceAll('\\', '/'))
  const named = [...DEVCONTAINERS, ...DOCKERFILES, ...COMPOSE_FILES]
  const others = [...(await present(project, named)), ...nested]
  const fail = (problem: string) => productError('definition-unknown', { choice, problem, others })
  if (isAbsolute(choice) || file === '..' || file.startsWith('../')) {
    throw fail("the definition must lie in the project's folder")
  }
  const kind = await kindIn(project, file)
  if (kind === undefined) throw fail('there is no such file')
  if (kind !== 'file') throw fail('expected a regular file')
  if (/\.jsonc?$/i.test(file)) return { kind: 'devcontainer', file }
  return { kind: COMPOSE.test(file) ? 'compose' : 'dockerfile', file }
}

async function nestedDevcontainers(project: ProjectPaths): Promise<string[]> {
  const folder = await throughLinksInFiles(project, '.devcontainer')
  const names = await orNothing('.devcontainer', readdir(join(project.path, folder)))
  return present(
    project,
    (names ?? []).sort().map((name) => `.devcontainer/${name}/devcontainer.json`),
  )
}

/** Those of the files that exist, whatever they are: reading one that is no regular file explains itself. */
async function present(project: ProjectPaths, files: string[]): Promise<string[]> {
  const kinds = await Promise.all(files.map((file) => kindIn(project, file)))
  return files.filter((_, i) => kinds[i] === 'file' || kinds[i] === 'other')
}

const kindIn = async (project: ProjectPaths, file: string) =>
  kindOf(join(project.path, await throughLinksInFiles(project, file)))

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
  const stats = await orNothing(path, stat(path))
  if (!stats) return undefined
  return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
}

async function orNothing<T>(file: string, wanted: Promise<T>): Promise<T | undefined> {
  try {
    return await wanted
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === undefined) throw error
    throw productError(
      'definition-invalid',
      { file, problem: `it cannot be read (${code})` },
      { cause: error },
    )
  }
}
