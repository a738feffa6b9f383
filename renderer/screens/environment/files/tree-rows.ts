import type { FileEntry, FolderListing } from '../../../../shared/file.ts'
import type { ErrorReport } from '../../../../shared/operation.ts'

/** What is known of a folder that was opened: an older list stays while it is listed again. */
export interface Folder {
  isLoading: boolean
  listing: FolderListing | undefined
  failure: ErrorReport | undefined
}

/** A line of the tree: an entry of a folder, or what is to be said of the folder whose path it has. */
export type TreeRow =
  | { kind: 'entry'; path: string; depth: number; entry: FileEntry; isOpen: boolean }
  | { kind: 'note'; path: string; depth: number; note: 'loading' | 'empty' | 'noDrift' | 'nothingMatches' }
  | { kind: 'more'; path: string; depth: number; count: number }
  | { kind: 'failed'; path: string; depth: number; failure: ErrorReport }

/** What of the tree is shown. */
export interface TreeView {
  folders: ReadonlyMap<string, Folder>
  /** What a person opened or closed, by path. */
  toggled: ReadonlyMap<string, boolean>
  driftedOnly: boolean
  /** A part of names, in lower case. */
  wanted: string
}

export const ROOT = '/'

const pathOf = (folder: string, name: string): string => (folder === ROOT ? `/${name}` : `${folder}/${name}`)

const isDrifted = ({ drift, driftBelow }: FileEntry): boolean => drift !== null || driftBelow > 0

/** Whether a folder is open: as a person wants it, else where only drift is shown, what leads to it. */
const isOpen = ({ toggled, driftedOnly }: TreeView, path: string, entry: FileEntry): boolean =>
  entry.kind === 'folder' &&
  (toggled.get(path) ?? (driftedOnly && entry.driftBelow > 0 && entry.drift === null))

/** The lines below a folder. */
export function treeRows(view: TreeView, folder = ROOT, depth = 0): TreeRow[] {
  const { folders, driftedOnly, wanted } = view
  const at = { path: folder, depth }
  const { listing, failure } = folders.get(folder) ?? {}
  if (failure) return [{ kind: 'failed', ...at, failure }]
  if (!listing) return [{ kind: 'note', ...at, note: 'loading' }]
  const { entries, more } = listing
  const known = driftedOnly ? entries.filter(isDrifted) : entries
  const rows = known.flatMap((entry): TreeRow[] => {
    const path = pathOf(folder, entry.name)
    const open = isOpen(view, path, entry)
    const below = open ? treeRows(view, path, depth + 1) : []
    const isWanted =
      wanted === '' || entry.name.toLowerCase().includes(wanted) || below.some(({ kind }) => kind === 'entry')
    return isWanted ? [{ kind: 'entry', path, depth, entry, isOpen: open }, ...below] : []
  })
  if (wanted !== '') {
    const found = rows.filter(({ kind }) => kind === 'entry')
    return found.length > 0 || depth > 0 ? found : [{ kind: 'note', ...at, note: 'nothingMatches' }]
  }
  if (more > 0) rows.push({ kind: 'more', ...at, count: more })
  if (rows.length > 0) return rows
  return [{ kind: 'note', ...at, note: entries.length > 0 ? 'noDrift' : 'empty' }]
}

/** The folders that are open and not listed yet, whatever the filter hides. */
export function unlisted(view: TreeView, folder = ROOT): string[] {
  const known = view.folders.get(folder)
  if (!known) return [folder]
  return (known.listing?.entries ?? []).flatMap((entry) => {
    const path = pathOf(folder, entry.name)
    return isOpen(view, path, entry) ? unlisted(view, path) : []
  })
}

/** The folders that a path is in, from the top on, and itself. */
export function pathsTo(path: string): string[] {
  if (path === ROOT) return [ROOT]
  const names = path.slice(1).split('/')
  return [ROOT, ...names.map((_, at) => `/${names.slice(0, at + 1).join('/')}`)]
}

/** What the tree knows of a path; undefined of the top, and of what is in no folder that was listed. */
export function entryAt(folders: TreeView['folders'], path: string): FileEntry | undefined {
  const at = path.lastIndexOf('/')
  const entries = folders.get(path.slice(0, at) || ROOT)?.listing?.entries
  return entries?.find(({ name }) => name === path.slice(at + 1))
}

/** The folders above a path that are not listed yet. */
export const unlistedAbove = (folders: TreeView['folders'], path: string): string[] =>
  pathsTo(path)
    .slice(0, -1)
    .filter((one) => !folders.has(one))

/** Whether what is known of a path may change at once: a folder above it is being listed. */
export const isListing = (folders: TreeView['folders'], path: string): boolean =>
  pathsTo(path)
    .slice(0, -1)
    .some((one) => folders.get(one)?.isLoading ?? true)
