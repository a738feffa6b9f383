import { createHash, hash } from 'node:crypto'
import { createReadStream, fstatSync, type Stats } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Header, type Pack, pack } from 'tar-stream'
import { isProductError, isSystemError, productError } from '../../../shared/errors.ts'
import { type Opened, openInside } from '../../files/open-inside.ts'
import { readPrefix } from '../../files/read-prefix.ts'
import { contentWithHash, LONGEST_TEXT } from '../../git/line-endings.ts'
import {
  changedMeanwhile,
  type HistoricInput,
  type OlderFile,
  openOlder,
} from '../../plan/historic-inputs.ts'
import type { Owner } from './file-owner.ts'
import type { WorkspaceCopy } from './workspace-copy.ts'

/** What differs in a copy from the folder today, by its path in the copy. */
export type Replaced = Map<string, HistoricInput>

/** What the folder of a project (absolute) has otherwise, by its path in a view. */
export const replacedIn = (copy: WorkspaceCopy, project: string, older: HistoricInput[]): Replaced =>
  new Map(
    older.map((input) => [
      path.relative(copy.source, path.join(project, input.path)).split(path.sep).join('/'),
      input,
    ]),
  )

/** Files up to this size are read whole (bytes). */
const WHOLE = 1024 * 1024

/**
 * A view as a tar. `copied` takes what was sent: the SHA-256 of each file, `-> ` and the target of a link, `dir` of a
 * folder. `extra` are mount points for other mounts. A file that goes away meanwhile is left out. Errors, by the
 * stream: `input-unreadable`.
 */
export async function* workspaceCopyTar(
  copy: WorkspaceCopy,
  owner: Owner,
  { replaced, extra }: { replaced: Replaced; extra: string[] },
  copied: Map<string, string>,
): AsyncGenerator<Buffer> {
  const out = pack()
  // Not before there is a reader: an unhandled error would end the process.
  writeAll(out, copy, owner, { replaced, extra }, copied).catch((error: unknown) =>
    out.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  yield* out as AsyncIterable<Buffer>
}

/** The folder alone that takes a view, as its tar has to be unpacked above it. */
export function rootTar(name: string, owner: Owner): Pack {
  const out = pack()
  out.entry({ ...NAMELESS, ...owner, name: `${name}/`, type: 'directory', mode: 0o755 })
  out.finalize()
  return out
}

async function writeAll(
  out: Pack,
  { source, entries, objects }: WorkspaceCopy,
  owner: Owner,
  { replaced, extra }: { replaced: Replaced; extra: string[] },
  copied: Map<string, string>,
): Promise<void> {
  const folder = async (name: string) => {
    await write(out, { ...owner, name: `${name}/`, type: 'directory', mode: 0o755 })
    copied.set(name, 'dir')
  }
  const link = async (name: string, target: string) => {
    await write(out, { ...owner, name, type: 'symlink', linkname: target, mode: 0o777 })
    copied.set(name, `-> ${target}`)
  }
  const older = async (name: string, input: Present) => {
    if (input.kind === 'link') await link(name, input.target)
    else copied.set(name, await writeHistoric(out, { ...owner, name }, input))
  }
  const gone = goneIn(replaced)
  for (const entry of entriesThen(entries, replaced, gone)) {
    if (out.destroyed) return
    const name = entry.path
    const instead = replaced.get(name)
    if (entry.kind === 'folder') await folder(name)
    else if (instead && instead.kind !== 'absent') await older(name, instead)
    else if (entry.kind === 'link') await link(name, entry.target)
    else {
      const sha256 = await writeFile(out, { ...owner, name }, () => openInside(source, name))
      if (sha256 !== undefined) copied.set(name, sha256)
    }
  }
  for (const [name, input] of gone) {
    for (const above of foldersAbove(name)) if (!copied.has(above)) await folder(above)
    await older(name, input)
  }
  // Those above as well: what the hooks did not make is none of their content.
  for (const name of extra.toSorted().flatMap(withParents)) if (!copied.has(name)) await folder(name)
  for (const { repository, target } of objects) {
    const at = path.posix.join(repository, 'objects')
    for (const name of [at, `${at}/info`]) await folder(name)
    // https://git-scm.com/docs/gitrepository-layout: where objects are looked for besides.
    await write(out, { ...owner, name: `${at}/info/alternates`, mode: 0o644 }, `${target}\n`)
  }
  out.finalize()
}

type Present = Exclude<HistoricInput, { kind: 'absent' }>

/** What the version had in the copy's folder, and today nothing has the place of. */
const goneIn = (replaced: Replaced): Map<string, Present> =>
  new Map(
    [...replaced].flatMap(([name, input]) =>
      input.kind !== 'absent' && input.isGone && !name.startsWith('../') ? [[name, input] as const] : [],
    ),
  )

/** Of what is copied, what does not stand in the way of what the version had, without the folders that only later files made. */
function entriesThen(
  entries: WorkspaceCopy['entries'],
  replaced: Replaced,
  gone: Map<string, Present>,
): WorkspaceCopy['entries'] {
  const absent = [...replaced].flatMap(([name, { kind }]) => (kind === 'absent' ? [name] : []))
  if (gone.size === 0 && absent.length === 0) return entries
  const folders = new Set([...gone.keys()].flatMap(foldersAbove))
  const later = new Set(absent)
  const left = entries.filter(
    ({ path: name, kind }) =>
      !later.has(name) &&
      !withParents(name).some((above) => gone.has(above)) &&
      (kind === 'folder' || !folders.has(name)),
  )
  const emptied = new Set(absent.flatMap(foldersAbove))
  for (const { path: name, kind } of left)
    if (kind !== 'folder') for (const above of foldersAbove(name)) emptied.delete(above)
  return left.filter(({ path: name }) => !emptied.has(name))
}

const foldersAbove = (name: string): string[] => withParents(name).slice(0, -1)

/** A path and the folders above it, the uppermost first. */
const withParents = (name: string): string[] =>
  name.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))

type Head = Partial<Header> & Pick<Header, 'name'>

/** Of a text as long as one can be, the version may have other line ends. */
async function writeHistoric(out: Pack, head: Head, input: OlderFile): Promise<string> {
  using file = openOlder(input)
  const stats = fstatSync(file.fd)
  if (!stats.isFile()) throw changedMeanwhile(input)
  const header = { ...head, mode: input.executable ? 0o755 : 0o644 }
  if (stats.size > LONGEST_TEXT) {
    if ((await writeLarge(out, header, file.fd, stats)) !== input.sha256) throw changedMeanwhile(input)
  } else {
    const content = contentWithHash(readPrefix(file.fd, stats.size), input.sha256)
    if (!content) throw changedMeanwhile(input)
    await write(out, header, content)
  }
  return input.sha256
}

/** Returns the file's SHA-256; undefined where it went away, or is no file any more. */
async function writeFile(out: Pack, head: Head, open: () => Opened): Promise<string | undefined> {
  let file: Opened
  try {
    file = open()
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM')) return undefined
    throw error
  }
  using opened = file
  const stats = fstatSync(opened.fd)
  if (!stats.isFile()) return undefined
  // The mode that git knows: the umask of the person who cloned it is not part of a version.
  const header = { ...head, mode: stats.mode & 0o100 ? 0o755 : 0o644, mtime: stats.mtime }
  if (stats.size > WHOLE) return writeLarge(out, header, opened.fd, stats)
  const content = readPrefix(opened.fd, stats.size)
  await write(out, header, content)
  return hash('sha256', content)
}

async function writeLarge(out: Pack, header: Head, fd: number, { size }: Stats): Promise<string> {
  const hashed = createHash('sha256')
  await new Promise<void>((resolve, reject) => {
    const entry = out.entry({ ...NAMELESS, ...header, size }, (error) => (error ? reject(error) : resolve()))
    pipeline(
      createReadStream('', { fd, autoClose: false, end: size - 1 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        let sent = 0
        for await (const chunk of chunks) {
          hashed.update(chunk)
          sent += chunk.length
          yield chunk
        }
        if (sent < size)
          throw productError('input-unreadable', {
            path: header.name,
            problem: 'it changed while it was being copied',
          })
      },
      entry,
    ).catch((error: unknown) => reject(isProductError(error) ? error : (error as Error)))
  })
  return hashed.digest('hex')
}

const NAMELESS = { uname: '', gname: '' }

function write(out: Pack, header: Head, content?: Buffer | string): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve())
    if (content === undefined) out.entry({ ...NAMELESS, mtime: new Date(), ...header }, done)
    else out.entry({ ...NAMELESS, ...header }, content, done)
  })
}
