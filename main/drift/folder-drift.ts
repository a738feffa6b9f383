import type { DriftKind } from '../../shared/file.ts'
import { deepestPaths, folderOf, type PathChange } from './paths.ts'

const KINDS: readonly DriftKind[] = ['changed', 'added', 'deleted']

/** How something differs from the image, and how many paths below it do. */
export interface DriftMark {
  drift: DriftKind | null
  below: number
}

/** How the entries of a folder differ from the image, by name; without those that do not. `folder`: its real path. */
export function folderDrift(changes: PathChange[], folder: string): Map<string, DriftMark> {
  const parent = folder === '/' ? '' : folder
  const marks = new Map<string, DriftMark>()
  const markOf = (path: string): DriftMark => {
    const name = path.slice(parent.length + 1).split('/', 1)[0] ?? ''
    const mark = marks.get(name) ?? { drift: null, below: 0 }
    marks.set(name, mark)
    return mark
  }
  for (const change of changes) {
    if (folderOf(change.path) === parent) markOf(change.path).drift = kindOf(change)
  }
  for (const { path } of deepestPaths(changes)) {
    if (folderOf(path).startsWith(`${parent}/`)) markOf(path).below++
  }
  return marks
}

/** How a path differs from the image; null if it does not. */
export function pathDrift(changes: PathChange[], path: string): DriftKind | null {
  const change = changes.find((one) => one.path === path)
  return change ? kindOf(change) : null
}

const kindOf = ({ kind }: PathChange): DriftKind => KINDS[kind] ?? 'changed'
