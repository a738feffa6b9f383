import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'
import { listed } from '../../shared/errors/wording.ts'
import { sanitize } from '../../shared/sanitize.ts'

/** At most this many files are compared. */
const MAX_FILES = 200_000

/**
 * The content of a folder of an image or a container: the state of each file by its path below the folder. Folders are
 * omitted.
 */
export type FolderContent = Record<string, string>

/**
 * Reads it from the engine's tar of the folder, whose first entry is the folder itself; a single file has the path ``.
 */
export async function readFolderTar(tar: Readable): Promise<FolderContent> {
  const content: FolderContent = {}
  const entries = extract()
  const reading = pipeline(tar, entries as unknown as NodeJS.WritableStream)
  // The loop below ends with this error and reports it.
  reading.catch(() => {})
  let root: string | undefined
  let count = 0
  for await (const entry of entries) {
    const { header } = entry
    root ??= plain(header.name)
    if (++count > MAX_FILES) throw new Error(`it has more than ${MAX_FILES} files`)
    const at = path.posix.relative(root, plain(header.name))
    const hashed = createHash('sha256')
    for await (const chunk of entry) hashed.update(chunk as Buffer)
    if (header.type === 'link')
      content[at] = content[path.posix.relative(root, plain(header.linkname ?? ''))] ?? header.type
    else if (header.type !== 'directory') content[at] = stateOf(header, hashed.digest('hex'))
  }
  await reading
  return content
}

const plain = (name: string): string => path.posix.join('/', name)

function stateOf({ type, mode, linkname }: Header, hash: string): string {
  if (type === 'symlink') return `-> ${linkname}`
  return type === 'file' ? `${(mode & 0o777).toString(8)} ${hash}` : (type ?? 'file')
}

/** The paths at which two contents differ, in order. */
export const differences = (one: FolderContent, other: FolderContent): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((at) => one[at] !== other[at]).sort()

/** The version's content that a volume hides at its place, or why it is not known. */
export type HiddenContent = { paths: string[] } | { problem: string }

/** Describes to a person a volume that keeps its data. `versions`: ordinals, if they are known. */
export function describeHidden(
  { label, target }: { label: string; target: string },
  { starts, filled }: { starts: number | undefined; filled: number | undefined },
  hidden: HiddenContent,
): string {
  const version = starts === undefined ? 'this version' : `v${starts}`
  const filler = filled === undefined ? 'another version' : `v${filled}`
  const what =
    'paths' in hidden
      ? `hides what ${version} has at ${target}: ${countFiles(hidden.paths)} of ${filler}, which filled it (${listed(hidden.paths)})`
      : `may hide what ${version} has at ${target}: it could not be compared with ${filler}, which filled it (${hidden.problem})`
  const remedy =
    'Mount a narrower folder, or let a new volume take its place ("pristine rm --data" removes the data of the project).'
  return sanitize(`The volume ${label} keeps its data and ${what}. ${remedy}`)
}

const countFiles = ({ length }: string[]): string =>
  length === 1 ? '1 file differs from that' : `${length} files differ from those`
