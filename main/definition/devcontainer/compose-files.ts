import { readdir } from 'node:fs/promises'
import { basename, posix, resolve } from 'node:path'
import { errorCode } from '../../files/error-code.ts'
import { gitRootOf, isInside, type ProjectPaths } from '../../files/project-paths.ts'
import { composeFilesAmong } from '../compose/find-compose-files.ts'
import type { NamedFile } from '../compose/load/load-files.ts'
import { plainName } from '../compose/load/stack-name.ts'
import type { ComposeOptions } from '../compose/read-compose.ts'
import type { Place } from '../compose/yaml/node.ts'
import type { DevcontainerJson } from './document/schema.ts'
import { invalid, type Origin, type Path } from './document/source-position.ts'
import { substitute, type Variables } from './document/substitute.ts'

/** The Compose files of a devcontainer.json, and which of their services it wants. */
export interface WantedStack {
  files: NamedFile[]
  /** The service that a person works in. */
  entry: string
  choice: Pick<ComposeOptions, 'services' | 'only'>
}

/**
 * Reads which Compose files a devcontainer.json names and which services it wants; undefined where it names none. An empty
 * list means the files that Compose itself looks for in the project's folder. Without `runServices` all services run;
 * with it those, and what they need. A service that is wanted by name runs whatever its profiles.
 * Error: definition-invalid.
 */
export async function wantedStack(
  json: DevcontainerJson,
  origin: Origin,
  project: ProjectPaths,
  variables: Variables,
): Promise<WantedStack | undefined> {
  const { dockerComposeFile: written, service, runServices = [] } = json
  if (written === undefined) {
    const key = service !== undefined ? 'service' : runServices.length > 0 ? 'runServices' : undefined
    if (key !== undefined) throw invalid(origin, [key], `"${key}" needs "dockerComposeFile"`)
    return undefined
  }
  for (const key of ['image', 'build', 'dockerFile'] as const) {
    if (json[key] === undefined) continue
    throw invalid(origin, [key], `expected either "dockerComposeFile" or "${key}", not both`)
  }
  if (service === undefined) {
    const problem = '"dockerComposeFile" needs "service", the service in which you work'
    throw invalid(origin, ['dockerComposeFile'], problem)
  }
  const paths = typeof written === 'string' ? [written] : written
  const files = paths.map((path, i) => ({
    file: fromProject(substitute(path, variables), origin, project),
    key: 'dockerComposeFile',
    place: placeOf(origin, typeof written === 'string' ? ['dockerComposeFile'] : ['dockerComposeFile', i]),
  }))
  const wanted = [...new Set([service, ...runServices])]
  return {
    files: files.length > 0 ? files : await usualFiles(origin, project),
    entry: service,
    choice: { services: wanted, ...(runServices.length > 0 && { only: wanted }) },
  }
}

/** The files that Compose looks for in the project's folder. Error: definition-invalid where there are none. */
async function usualFiles(origin: Origin, project: ProjectPaths): Promise<NamedFile[]> {
  const found = await usualComposeFiles(project)
  if (found.length > 0) {
    const place = placeOf(origin, ['dockerComposeFile'])
    return found.map((file) => ({ file: `./${file}`, key: 'dockerComposeFile', place }))
  }
  const problem = '"dockerComposeFile" is empty, and there is no Compose file in the project\'s folder'
  throw invalid(origin, ['dockerComposeFile'], problem)
}

/** The Compose files of the project's folder with their usual names: one, and the file that is put over it. */
export async function usualComposeFiles(project: ProjectPaths): Promise<string[]> {
  const names = await readdir(project.path).catch((error: unknown) => {
    if (errorCode(error) === undefined) throw error
    return []
  })
  return composeFilesAmong(new Set(names))
}

/** The value of `COMPOSE_PROJECT_NAME` where the project names none: the folder's name in the form that Compose gives it. */
export const composeName = (project: ProjectPaths): string => plainName(basename(resolve(project.path)))

/** A path relative to the definition's file as one from the project's folder. One that leaves the repository stays absolute. */
function fromProject(written: string, { file }: Origin, project: ProjectPaths): string {
  if (posix.isAbsolute(written)) {
    if (!isInside(written, gitRootOf(project))) return written
    return asRelative(posix.relative(resolve(project.path), written))
  }
  return asRelative(posix.join(posix.dirname(file), written))
}

const asRelative = (path: string): string => (path.startsWith('../') ? path : `./${path}`)

/** Where a value of a devcontainer.json stands, in the form of Compose files. */
function placeOf({ file, at }: Origin, path: Path): Place {
  const { line = 1, column = 1 } = at(path)
  return { source: { file, base: '.' }, line, column }
}
