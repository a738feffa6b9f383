import type { FileChange } from '../../shared/drift.ts'
import { byBytes } from '../files/byte-order.ts'
import { ADDED, DELETED, deepestPaths, folderOf, mergedPath, type PathChange } from './paths.ts'

/** An added folder with more files than this is listed as one entry. */
const MAX_LISTED = 10
const KINDS = ['changed', 'added', 'deleted'] as const
/** Where settings are: the system's, and the hidden files of home folders. */
const CONFIGURATION = [
  /^(\/usr\/local)?\/etc\//,
  /^\/var\/spool\/cron\//,
  /^\/(root|home\/[^/]+)\/\.[^/]+$/,
  /^\/(root|home\/[^/]+)\/\.config\//,
]

/**
 * Drifted paths without those that packages explain, settings apart from the rest. Folders with listed content are not
 * listed themselves; a big added folder is listed instead of its files.
 */
export function groupFiles(
  drifted: PathChange[],
  owned: string[],
): { configuration: FileChange[]; files: FileChange[] } {
  const explained = new Set(owned.map(mergedPath))
  const explainedFolders = new Set<string>()
  for (const path of explained) {
    for (let folder = folderOf(path); folder && !explainedFolders.has(folder); folder = folderOf(folder))
      explainedFolders.add(folder)
  }
  const rest = deepestPaths(drifted).filter(({ path, kind }) => {
    const merged = mergedPath(path)
    // Of a folder that was deleted the engine does not list what was in it.
    const isExplained = explained.has(merged) || (kind === DELETED && explainedFolders.has(merged))
    return !isExplained
  })
  const added = new Set(drifted.filter(({ kind }) => kind === ADDED).map(({ path }) => path))
  const isConfiguration = ({ path }: PathChange) => CONFIGURATION.some((pattern) => pattern.test(path))
  return {
    configuration: collapse(rest.filter(isConfiguration), added),
    files: collapse(
      rest.filter((change) => !isConfiguration(change)),
      added,
    ),
  }
}

function collapse(changes: PathChange[], added: Set<string>): FileChange[] {
  const folders = new Map<string, string[]>()
  const single: FileChange[] = []
  for (const { path, kind } of changes) {
    const top = topAdded(path, added)
    if (top === undefined) single.push({ path, kind: KINDS[kind] ?? 'changed' })
    else {
      const inside = folders.get(top) ?? []
      inside.push(path)
      folders.set(top, inside)
    }
  }
  const collapsed = [...folders.values()].flatMap((paths): FileChange[] =>
    paths.length > MAX_LISTED
      ? [{ path: commonFolder(paths), kind: 'added', count: paths.length }]
      : paths.map((path) => ({ path, kind: 'added' })),
  )
  return [...single, ...collapsed].sort((a, b) => byBytes(a.path, b.path))
}

/** The uppermost added folder that a path is in. All that is in an added folder was added. */
function topAdded(path: string, added: Set<string>): string | undefined {
  let top: string | undefined
  for (let folder = folderOf(path); folder; folder = folderOf(folder)) if (added.has(folder)) top = folder
  return top
}

function commonFolder(paths: string[]): string {
  let common = folderOf(paths[0] ?? '')
  while (!paths.every((path) => path.startsWith(`${common}/`))) common = folderOf(common)
  return common
}
