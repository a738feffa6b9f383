import { stat } from 'node:fs/promises'
import { isAbsolute, join, posix, relative, resolve } from 'node:path'
import type { ImageSource } from '../../../shared/definition.ts'
import { parseImageReference } from '../../../shared/image-reference.ts'
import { errorCode } from '../../files/error-code.ts'
import { gitRootOf, isInside, type ProjectPaths } from '../../files/project-paths.ts'
import { realPathInProject } from '../../files/real-path-in-project.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'
import type { ComposeReading } from '../compose/read-compose.ts'
import type { Json } from '../compose/record.ts'
import type { StackBuild, StackService } from '../compose/stack/stack.ts'
import { invalidAt, quoted } from '../compose/yaml/problem.ts'

/**
 * What the image of a service is made from; paths become relative to the project's folder, in which, or in whose
 * repository, they must be. The image of a service that is built is only a name for the result.
 * Error: definition-invalid, at the place of the value.
 */
export async function stackSource(
  { name, image, build }: StackService,
  reading: ComposeReading,
  project: ProjectPaths,
): Promise<ImageSource> {
  if (build) return buildSource(name, build, reading, project)
  const reference = image ?? ''
  if (parseImageReference(reference)) return { kind: 'image', reference }
  const keys = ['services', name, 'image']
  throw invalidAt(
    reading.at(keys),
    `"services.${name}.image" is not the name of an image: ${reading.shown(keys) ?? quoted(reference)}`,
  )
}

async function buildSource(
  name: string,
  build: StackBuild,
  reading: ComposeReading,
  project: ProjectPaths,
): Promise<ImageSource> {
  const place = (key: string, path: string | undefined, kind: 'file' | 'folder') =>
    requireKind({ reading, project, keys: ['services', name, 'build', key] }, path, kind)
  const context = await place('context', inRepository(build.context, '.', project), 'folder')
  const { args, target, dockerfileInline: inline } = build
  const written = recordedArgs(reading.record, name)
  const source = {
    kind: 'build' as const,
    context,
    ...(target !== undefined && { target }),
    args,
    // A value of a variable may be a secret, also one of an env file of the project.
    hostArgs: Object.fromEntries(
      Object.entries(written).filter(
        ([arg, text]) => Object.hasOwn(args, arg) && args[arg]?.replaceAll('$', () => '$$') !== text,
      ),
    ),
  }
  if (inline !== undefined) {
    const { source: from } = reading.at(['services', name, 'build', 'dockerfile_inline'])
    return { ...source, dockerfile: from.file, inline }
  }
  const dockerfile = inRepository(build.dockerfile ?? 'Dockerfile', context, project)
  return { ...source, dockerfile: await place('dockerfile', dockerfile, 'file') }
}

/** The build arguments of a service as they are written, with their variables. */
function recordedArgs(record: Json, name: string): Record<string, string> {
  const found = ['services', name, 'build', 'args'].reduce(memberOf, record)
  return isMembers(found)
    ? Object.fromEntries(Object.entries(found).map(([arg, value]) => [arg, String(value ?? '')]))
    : {}
}

const isMembers = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const memberOf = (value: Json, key: string): Json =>
  isMembers(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null

/** A path from a folder of the project as one from the project's folder; undefined where it leaves the repository. */
function inRepository(written: string, folder: string, project: ProjectPaths): string | undefined {
  if (written.startsWith('~')) return undefined
  const path = resolve(project.path, folder, written)
  if (!isInside(path, gitRootOf(project))) return undefined
  return isAbsolute(written)
    ? relative(resolve(project.path), path).replaceAll('\\', '/') || '.'
    : posix.join(folder, written)
}

interface Named {
  reading: ComposeReading
  project: ProjectPaths
  keys: string[]
}

async function requireKind(
  { reading, project, keys }: Named,
  path: string | undefined,
  kind: 'file' | 'folder',
): Promise<string> {
  const fail = (problem: string, cause?: unknown) =>
    invalidAt(reading.at(keys), `"${keys.join('.')}" ${problem}`, cause)
  if (path === undefined) throw fail('is not in the repository')
  const shown = reading.shown(keys) ?? path
  try {
    const at = await throughLinksInFiles(project, path)
    const stats = await stat(join(project.path, at))
    if (kind === 'folder' && (await realPathInProject(project, at)) === undefined)
      throw fail("is a link that leaves the project's folder")
    if (kind === 'file' ? stats.isFile() : stats.isDirectory()) return path
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const isGone = code === 'ENOENT' || code === 'ENOTDIR'
    throw fail(`names ${shown}, which ${isGone ? 'does not exist' : `cannot be read (${code})`}`, error)
  }
  throw fail(`names ${shown}, which is not a ${kind === 'file' ? 'regular file' : 'folder'}`)
}
