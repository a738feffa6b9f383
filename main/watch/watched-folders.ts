import path from 'node:path'
import { hasWildcards } from '../files/glob.ts'
import { isInside } from '../files/project-paths.ts'
import type { Planned } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'

/** Folders of a project whose changes are ignored: they contain inputs only if something names them. */
export const IGNORED_FOLDERS = ['node_modules', '.git']

/**
 * The folders (absolute) with inputs of the version, or with paths of missing ones, that watching the project's folder
 * does not cover: those of a build context around the project, and those inside an ignored folder.
 */
export function foldersOutsideWatch(project: Project, { definition, services, plan }: Planned): Set<string> {
  const seen = new Set<string>()
  /** A folder and those above it, up to the one that paths are counted from: what comes there may count. */
  const add = (root: string, folder: string) => {
    for (let at = folder; ; at = path.posix.dirname(at)) {
      const place = path.join(root, at)
      if (seen.has(place)) return
      seen.add(place)
      if (at === '.' || at.startsWith('..')) return
    }
  }
  for (const pattern of definition.inputs) add(project.path, folderOf(pattern))
  for (const file of [...(definition.stack?.files ?? []), ...(definition.stack?.absent ?? [])])
    add(project.path, path.posix.dirname(file))
  for (const [file] of plan.inputs) add(project.path, path.posix.dirname(file))
  for (const [index, { service, reading, contextFolder }] of services.entries()) {
    if (service.source.kind !== 'build') continue
    add(path.dirname(path.resolve(project.path, service.source.dockerfile)), '.')
    for (const pattern of reading.sources.flatMap(({ patterns }) => patterns))
      add(contextFolder, folderOf(pattern))
    for (const [file, , content] of plan.services[index]?.files ?? [])
      add(contextFolder, content === 'dir' ? file : path.posix.dirname(file))
  }
  return new Set([...seen].filter((place) => !isWatched(project, place)))
}

/** The folder in which all lies that a pattern can match. */
function folderOf(pattern: string): string {
  const parts = pattern.split('/').filter(Boolean)
  const wild = parts.findIndex(hasWildcards)
  return path.posix.normalize(parts.slice(0, wild < 0 ? -1 : wild).join('/') || '.')
}

function isWatched(project: Project, folder: string): boolean {
  if (!isInside(folder, project.path)) return false
  const parts = path.relative(project.path, folder).split(path.sep)
  return !parts.some((part) => IGNORED_FOLDERS.includes(part))
}
