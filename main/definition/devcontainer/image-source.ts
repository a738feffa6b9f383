import { stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { ImageSource, Warning } from '../../../shared/definition.ts'
import { parseImageReference } from '../../../shared/image-reference.ts'
import { errorCode } from '../../files/error-code.ts'
import { type ProjectPaths, pathInGitRoot } from '../../files/project-paths.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'
import { readBuildOptions } from './build-options.ts'
import type { DevcontainerJson } from './document/schema.ts'
import { invalid, type Origin, type Path } from './document/source-position.ts'
import { substitute, substituteAll, type Variables, variablesIn } from './document/substitute.ts'

/** As much as a definition's file; variables could make any amount of it. */
const MAX_ARGUMENTS = 1 << 20

/**
 * What the image is made from. These values decide the build, so their variables are replaced now, by
 * `variables`; paths become relative to the project's folder. `workspaceFolder` is that of the container as it is
 * written. Dockerfile and context must exist.
 */
export async function readImageSource(
  json: DevcontainerJson,
  origin: Origin,
  project: ProjectPaths,
  variables: Variables,
  workspaceFolder: string,
): Promise<{ source: ImageSource; warnings: Warning[] }> {
  const { build = {}, image, dockerFile } = json
  const { warnings, ...options } = readBuildOptions(build.options ?? [], origin)
  const dockerfile = dockerFile ?? build.dockerfile
  if (dockerfile === undefined) {
    if (image === undefined) throw invalid(origin, [], 'expected "image" or "build.dockerfile"')
    const reference = substitute(image, variables)
    if (!parseImageReference(reference)) {
      throw invalid(origin, ['image'], `"${reference}" is not the name of an image`)
    }
    return { source: { kind: 'image', reference }, warnings }
  }
  const dockerfileKey = dockerFile === undefined ? ['build', 'dockerfile'] : ['dockerFile']
  if (image !== undefined) {
    throw invalid(origin, ['image'], `expected either "image" or "${dockerfileKey.join('.')}", not both`)
  }
  const contextKey = build.context === undefined ? ['context'] : ['build', 'context']
  const context = build.context ?? json.context ?? '.'
  const place = async (written: string, key: Path, kind: 'file' | 'folder') => {
    const path = fromProject(substitute(written, variables), key, origin, project)
    await requireKind(project, path, kind, key, origin)
    return path
  }
  const args = Object.fromEntries([build.args ?? {}, options.args].flatMap(Object.entries<string>))
  const target = options.target ?? build.target
  const values = substituteAll(args, variables)
  const length = Object.values(values).reduce((sum, value) => sum + value.length, 0)
  if (length > MAX_ARGUMENTS) {
    throw invalid(origin, ['build', 'args'], 'the values of "build.args" are longer than 1 MiB together')
  }
  const source: ImageSource = {
    kind: 'build',
    dockerfile: await place(dockerfile, dockerfileKey, 'file'),
    context: await place(context, contextKey, 'folder'),
    ...(target === undefined ? {} : { target: substitute(target, variables) }),
    args: values,
    hostArgs: Object.fromEntries(
      Object.entries(args).filter(([, value]) => dependsOnHost(value, workspaceFolder)),
    ),
  }
  return { source, warnings }
}

/** Whether a value differs between computers: it names their environment, or a folder's whole path. */
function dependsOnHost(value: string, workspaceFolder: string): boolean {
  const written = substitute(value, { containerWorkspaceFolder: workspaceFolder })
  return variablesIn(written).some((name) =>
    /^(?:env|localEnv):|^local(?:WorkspaceFolder|GitRoot)$/.test(name),
  )
}

/** A path relative to the definition's file becomes one relative to the project; it stays in the git root. */
function fromProject(written: string, key: Path, origin: Origin, project: ProjectPaths): string {
  const inRoot = pathInGitRoot(project)
  const path = posix.join('/', inRoot, posix.dirname(origin.file), written)
  const unclamped = posix.join(inRoot, posix.dirname(origin.file), written)
  if (posix.isAbsolute(written)) throw invalid(origin, key, `"${key.join('.')}" must be a relative path`)
  if (unclamped === '..' || unclamped.startsWith('../')) {
    throw invalid(origin, key, `"${key.join('.')}" leaves the project's folder`)
  }
  return posix.relative(posix.join('/', inRoot), path) || '.'
}

/** `path` is relative to the project's folder, for messages. */
async function requireKind(
  project: ProjectPaths,
  path: string,
  kind: 'file' | 'folder',
  key: Path,
  origin: Origin,
): Promise<void> {
  const named = `"${key.join('.')}" names ${path}, which`
  try {
    const stats = await stat(join(project.path, await throughLinksInFiles(project, path)))
    if (kind === 'file' ? stats.isFile() : stats.isDirectory()) return
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const isGone = code === 'ENOENT' || code === 'ENOTDIR'
    const problem = isGone ? 'does not exist' : `cannot be read (${code})`
    const beside = `it is looked for from the folder of ${origin.file}`
    throw invalid(origin, key, `${named} ${problem}; ${beside}`, error)
  }
  throw invalid(origin, key, `${named} is not a ${kind === 'file' ? 'regular file' : 'folder'}`)
}
