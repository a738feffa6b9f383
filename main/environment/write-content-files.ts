import { createHash, randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { extract, type Header } from 'tar-stream'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { CONTENT_FILES } from '../data/baked-content.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { createContainer, removeContainer } from '../docker/containers.ts'
import { copyFrom } from '../docker/copy-files.ts'
import { LABEL } from '../docker/labels.ts'
import { openFolderInside } from '../files/open-inside.ts'

/** A file or link of a version, which belongs to `whole` in the person's folder. `at`: its path in the content. */
export interface WantedFile {
  whole: string
  at: string
  /** The SHA-256 of its content, or `-> ` and its target. */
  state: string
}

/**
 * Writes files of a version into the person's folder, each completely or not at all: they are read from their place in the
 * image, with one archive of a container that never runs. Returns those that the folder does not take (it is mounted
 * read-only, or has no links), each of which was reported; folders that the checkout does not have are passed over.
 * Errors: `storage-failed` where the disk is full; those of the engine; `cancelled`.
 */
export async function writeContentFiles(
  engine: Engine,
  { parts }: Launch,
  files: readonly WantedFile[],
  run: Run,
): Promise<WantedFile[]> {
  const name = `pristine-${parts.project.key}-look-${randomBytes(3).toString('hex')}`
  const spec = {
    Image: parts.image.Id,
    Entrypoint: ['/'],
    Cmd: [],
    Labels: { [LABEL.project]: parts.project.key, [LABEL.role]: 'bake' },
    HostConfig: { NetworkMode: 'none' },
  }
  try {
    const id = await createContainer(engine, name, spec, run)
    return await writeFiles(await copyFrom(engine, id, CONTENT_FILES, run), files, run)
  } finally {
    await removeContainer(engine, name).catch(() => {})
  }
}

/** The same from the engine's tar of a folder, whose first entry is the folder itself. */
export async function writeFiles(
  tar: Readable,
  files: readonly WantedFile[],
  run: Pick<Run, 'report'>,
): Promise<WantedFile[]> {
  const wanted = new Map(files.map((file) => [file.at, file]))
  const refused: WantedFile[] = []
  const entries = extract()
  tar.on('error', (error) => entries.destroy(error))
  tar.pipe(entries as unknown as NodeJS.WritableStream)
  let root: string | undefined
  try {
    for await (const entry of entries) {
      const { header } = entry
      root ??= header.name
      const file = wanted.get(path.posix.relative(root, header.name))
      const problem = file && (await writeFile(file, header, entry as AsyncIterable<Buffer>))
      if (file && problem !== undefined) {
        const text = `The folder does not take ${sanitize(file.at)} of the version (${problem}): it is missing there, or as it was.`
        run.report({ kind: 'warning', text })
        refused.push(file)
      }
      entry.resume()
    }
  } finally {
    // After a failed read, nothing consumes the rest.
    tar.destroy()
  }
  return refused
}

/** What a disk without space says. */
const FULL = ['ENOSPC', 'EDQUOT']
/** What shows that, in this state of the checkout, there is no such folder. */
const NO_FOLDER = ['ENOENT', 'ENOTDIR', 'ELOOP']

/**
 * Writes one file as the owner of its folder, and never through a link; what is not as it was recorded is not written.
 * Returns the system's code where the folder does not take it.
 */
async function writeFile(
  { whole, state }: WantedFile,
  header: Header,
  content: AsyncIterable<Buffer>,
): Promise<string | undefined> {
  try {
    using folder = openFolderInside(path.dirname(whole), '.')
    const temporary = path.join(folder.path, `.${path.basename(whole)}.${randomBytes(4).toString('hex')}.tmp`)
    try {
      const written =
        header.type === 'symlink'
          ? writeLink(temporary, header.linkname ?? '')
          : await writeContent(temporary, header.mode ?? 0o644, content, `${folder.path}/.`)
      folder.verify()
      if (written === state) renameSync(temporary, path.join(folder.path, path.basename(whole)))
    } finally {
      rmSync(temporary, { force: true })
    }
    return undefined
  } catch (error) {
    if (!isSystemError(error)) throw error
    const { code = 'unknown', message } = error
    if (FULL.includes(code))
      throw productError('storage-failed', { path: whole, problem: message }, { cause: error })
    return NO_FOLDER.includes(code) ? undefined : code
  }
}

function writeLink(at: string, target: string): string {
  symlinkSync(target, at)
  return `-> ${target}`
}

/** Returns the SHA-256 of the content, which is never held as a whole. */
async function writeContent(
  at: string,
  mode: number,
  content: AsyncIterable<Buffer>,
  folder: string,
): Promise<string> {
  const hash = createHash('sha256')
  const fd = openSync(at, 'wx', mode & 0o777)
  try {
    for await (const chunk of content) {
      hash.update(chunk)
      for (let from = 0; from < chunk.length; ) from += writeSync(fd, chunk, from)
    }
  } finally {
    closeSync(fd)
  }
  const { uid, gid } = lstatSync(folder)
  if (process.getuid?.() === 0) chownSync(at, uid, gid)
  return hash.digest('hex')
}
