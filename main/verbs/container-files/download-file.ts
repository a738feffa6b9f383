import { randomBytes } from 'node:crypto'
import { constants, createWriteStream } from 'node:fs'
import { copyFile, link, lstat, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isProductError, isSystemError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { findFile } from '../../container/find-file.ts'
import { mountPlaces } from '../../container/mount-of-path.ts'
import { countBytes } from '../../data/count-bytes.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { openFile } from '../../docker/stream-file.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { findService, type ServiceName } from '../../environment/find-service.ts'
import { type GivenPath, isFolder, linkInTheWay, openFolderOf, personPath } from '../../files/given-path.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'
import { foldersWithLinks } from '../../trust/container-writable-folders.ts'

/** A file of a container that can be read. */
export interface Download {
  /** Its name, of a link that of the link. */
  name: string
  /** In bytes. */
  size: number
  mode: number
  /** Reads it once; its size may be another one by now. Whoever stops reading ends it. Errors: those of the engine; `path-missing` if it is gone by now. */
  open(signal: AbortSignal): Promise<{ size: number; content: AsyncIterable<Buffer> }>
}

/**
 * Finds a file of a service, running or not, to be read as a whole. Nothing runs in the container.
 * Errors: `environment-not-running` if there is no environment, `service-unknown`, `service-missing`; those of `findFile`;
 * `removed-meanwhile`.
 */
export async function openDownload(
  host: Host,
  project: Project,
  { path: at, service }: { path: string; service?: ServiceName },
  signal: AbortSignal,
): Promise<Download> {
  const { engine, facts } = await readCurrentState(host, project)
  const { id, name } = await findService(host.home, project, facts, service)
  const details = await inspectContainer(engine, id, { signal })
  if (!details) throw productError('removed-meanwhile', { problem: `The container ${name} is gone` })
  const file = await findFile(engine, id, mountPlaces(details), at, { signal })
  return {
    ...{ name: path.posix.basename(at), size: file.size, mode: file.mode },
    open: async (signal) => {
      const opened = await openFile(engine, id, file.path, { signal })
      if (!opened) throw productError('path-missing', { path: file.path })
      return opened
    },
  }
}

/**
 * Copies a file of a service to a file of this computer, completely or not at all. `target`: its absolute path, or that of the
 * folder that it is to be in; what is there is replaced only with `replace`. In a folder in which code inside can write, no
 * link is followed. Returns where it is, and its size in bytes.
 * Errors: those of `openDownload`; `path-exists`, `file-not-copied`, `cancelled`.
 */
export async function downloadFile(
  host: Host,
  project: Project,
  request: { path: string; service?: ServiceName; target: string; replace: boolean },
  run: Run,
): Promise<{ target: string; bytes: number }> {
  const download = await openDownload(host, project, request, run.signal)
  const exposed = await foldersWithLinks(host, project)
  const { target, at } = targetOf(request, download.name, exposed)
  const name = path.basename(at.file)
  using folder = opened(request.path, at, openFolderOf)
  const there = await lstat(path.join(folder.path, name)).catch(() => undefined)
  if (there && (there.isDirectory() || !request.replace))
    throw productError('path-exists', { path: target, isFolder: there.isDirectory() })
  const step = {
    ...({ kind: 'step', id: 'copy', name: `Copy ${download.name}`, phase: 'data' } as const),
    ...{ subject: request.path, total: download.size },
  }
  let bytes = 0
  const report = (done: number) => {
    bytes = done
    run.report({ ...step, state: 'running', done })
  }
  report(0)
  const temporary = path.join(folder.path, `.${name}.${randomBytes(4).toString('hex')}.tmp`)
  try {
    const { content } = await download.open(run.signal)
    const file = createWriteStream(temporary, { flags: 'wx', mode: download.mode })
    await pipeline(content, (chunks) => countBytes(chunks, report), file)
    folder.verify()
    if (request.replace) await rename(temporary, path.join(folder.path, name))
    else await placeNew(temporary, path.join(folder.path, name), target)
  } catch (error) {
    run.report({ ...step, state: 'failed', done: bytes })
    await rm(temporary, { force: true })
    if (run.signal.aborted) throw productError('cancelled', {}, { cause: error })
    if (isProductError(error)) throw error
    const problem = isSystemError(error, 'ENOENT')
      ? `There is no folder ${path.dirname(target)}.`
      : isSystemError(error)
        ? error.message.replaceAll(temporary, target)
        : `The connection to the engine broke: ${error}`
    throw productError('file-not-copied', { path: request.path, problem }, { cause: error })
  }
  run.report({ ...step, state: 'done', done: bytes })
  return { target, bytes }
}

/** Which file a download becomes: as the person knows it, and where it really is. Errors: `file-not-copied`. */
function targetOf(
  { path: source, target }: { path: string; target: string },
  name: string,
  exposed: readonly string[],
): { target: string; at: GivenPath } {
  const at = opened(source, { file: target }, () => personPath(target, exposed))
  if (opened(source, at, isFolder)) {
    const inside = personPath(at.file, exposed)
    return { target: path.join(target, name), at: { ...inside, file: path.join(inside.file, name) } }
  }
  if (at.root !== undefined) return { target, at }
  // A link in its place is replaced itself.
  const above = opened(source, at, () => personPath(path.dirname(target), exposed))
  return { target, at: { ...above, file: path.join(above.file, path.basename(target)) } }
}

/** Works with a place of this computer. Errors: `file-not-copied`. */
function opened<T>(source: string, at: GivenPath, work: (at: GivenPath) => T): T {
  try {
    return work(at)
  } catch (error) {
    if (!isSystemError(error)) throw error
    const problem =
      linkInTheWay(at, error) ??
      (error.code === 'ENOENT' ? `There is no folder ${path.dirname(at.file)}.` : error.message)
    throw productError('file-not-copied', { path: source, problem }, { cause: error })
  }
}

/** Gives a file its name, unless something has it by now; a file system without hard links takes a copy. */
async function placeNew(temporary: string, file: string, target: string): Promise<void> {
  await link(temporary, file)
    .catch((error: unknown) => {
      if (isSystemError(error, 'EEXIST')) throw error
      return copyFile(temporary, file, constants.COPYFILE_EXCL)
    })
    .catch((error: unknown) => {
      throw isSystemError(error, 'EEXIST')
        ? productError('path-exists', { path: target, isFolder: false })
        : error
    })
  await rm(temporary)
}
