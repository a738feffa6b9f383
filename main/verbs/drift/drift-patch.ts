import path from 'node:path'
import { isProductError, isSystemError } from '../../../shared/errors.ts'
import { readProject } from '../../definition/read-project.ts'
import { dockerfilePatch, imagePatch } from '../../drift/definition-patch.ts'
import { statInside } from '../../files/open-inside.ts'
import { readText } from '../../files/read-text.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * The suggestions of `drift` as a patch of the definition, which can be applied in the project's folder. Null if no
 * suggestion is a line of a Dockerfile, or if the definition has several services, is behind a link, or cannot be read.
 */
export async function driftPatch(
  project: Project,
  env: Record<string, string | undefined>,
  change: readonly string[],
): Promise<string | null> {
  const lines = change.filter((line) => !line.startsWith('#'))
  if (lines.length === 0) return null
  try {
    const { definition, services } = await readProject(env, project, undefined)
    const [only, ...others] = services
    if (!only || others.length > 0 || definition.stack) return null
    const { source } = only.service
    const file = source.kind === 'build' ? source.dockerfile : definition.file
    const text = await readText(project, await throughLinksInFiles(project, file))
    if (source.kind === 'build') return dockerfilePatch({ file, text }, lines, source.target)
    const folder = path.posix.dirname(file)
    const isTaken = (name: string) => statInside(project.path, path.posix.join(folder, name)) !== undefined
    return imagePatch({ file, text }, lines, isTaken) ?? null
  } catch (error) {
    // Git applies no patch to what lies behind a link.
    if (isProductError(error) || isSystemError(error, 'ELOOP')) return null
    throw error
  }
}
