import { createReadStream, fstatSync, readSync, type Stats } from 'node:fs'
import path from 'node:path'
import { isSystemError, productError } from '../../../shared/errors.ts'
import type { Uploaded } from '../../../shared/file.ts'
import type { Run } from '../../../shared/operation.ts'
import { ownerOf } from '../../build/bake/file-owner.ts'
import { requireShown } from '../../container/find-file.ts'
import { commandUser } from '../../container/launch/prepare-launch.ts'
import { mountPlaces, placeOf } from '../../container/mount-of-path.ts'
import { findTarget, writeNewFile } from '../../container/write-new-file.ts'
import { countBytes } from '../../data/count-bytes.ts'
import { isBelow } from '../../data/workspace-mount.ts'
import { type ContainerDetails, inspectContainer } from '../../docker/containers.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { findRunning, type ServiceName } from '../../environment/find-service.ts'
import { launchOfContainer } from '../../environment/image/launch-version.ts'
import { type GivenPath, linkInTheWay, openPersonFile, personPath } from '../../files/given-path.ts'
import type { Opened } from '../../files/open-inside.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'
import { foldersWithLinks } from '../../trust/container-writable-folders.ts'

/** A new file inside: an absolute folder and a name in it; `replace`: whether one that is there is replaced. */
export interface UploadRequest {
  folder: string
  name: string
  /** In bytes. */
  size: number
  /** Its permissions. */
  mode: number
  replace: boolean
  service?: ServiceName
}

/** An upload that may begin. */
export type Upload = (content: AsyncIterable<Buffer>, run: Run) => Promise<Uploaded>

/**
 * Prepares to write a file into a folder of a running service, as a file of the user that works there. The upload itself
 * fails as `file-not-copied` where the content is shorter than was said, and as `cancelled`; nothing is left of it then.
 * Errors: `environment-not-running`, `environment-paused`, `service-unknown`, `service-missing`, `service-not-running`;
 * `path-missing`, `path-not-folder`, `path-exists`, `path-not-shown`, `file-not-copied`, `removed-meanwhile`.
 */
export async function prepareUpload(
  host: Host,
  project: Project,
  { size, mode, service, ...wanted }: UploadRequest,
  signal: AbortSignal,
): Promise<Upload> {
  const { engine, facts } = await readCurrentState(host, project)
  const container = await findRunning(host.home, project, facts, service)
  const { id, name, isEntry } = container
  const [details, target] = await Promise.all([
    inspectContainer(engine, id, { signal }),
    findTarget(engine, id, wanted, signal),
  ])
  if (!details) throw productError('removed-meanwhile', { problem: `The container ${name} is gone` })
  const at = path.posix.join(target.folder, target.name)
  const place = placeOf(at, mountPlaces(details))
  requireShown(at, place)
  requireWritable(at, details)
  const user =
    isEntry === false ? details.Config.User : commandUser(await launchOfContainer(host, project, container))
  const owner = await ownerOf(engine, id, user, { signal })
  return async (content, run) => {
    const step = {
      ...({ kind: 'step', id: 'copy', name: `Copy ${target.name}`, phase: 'data' } as const),
      ...{ subject: at, total: size },
    }
    let bytes = 0
    const report = (done: number) => {
      bytes = done
      run.report({ ...step, state: 'running', done })
    }
    report(0)
    const source = endingEarly(content, size, run.signal)
    const file = { size, mode, ...owner }
    const sent = countBytes(source.content, report)
    try {
      await writeNewFile(engine, id, target, file, sent, run.signal)
    } catch (error) {
      run.report({ ...step, state: 'failed', done: bytes })
      if (run.signal.aborted) throw productError('cancelled', {}, { cause: error })
      const problem = source.problem()
      throw problem === undefined ? error : productError('file-not-copied', { path: at, problem })
    }
    run.report({ ...step, state: 'done', done: bytes })
    return { path: at, place, bytes: size }
  }
}

/**
 * Copies a file of this computer, by its absolute path, into a folder of a running service. In a folder in which code inside
 * can write, no link is followed.
 * Errors: as `prepareUpload` and its upload; `file-not-copied` if the file cannot be read.
 */
export async function uploadFile(
  host: Host,
  project: Project,
  { source, ...request }: Omit<UploadRequest, 'size' | 'mode'> & { source: string },
  run: Run,
): Promise<Uploaded> {
  const exposed = await foldersWithLinks(host, project)
  let at: GivenPath = { file: source }
  const reading = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      const problem = linkInTheWay(at, error) ?? reason(error)
      throw productError('file-not-copied', { path: source, problem }, { cause: error })
    }
  }
  using opened = reading(() => {
    at = personPath(source, exposed)
    return openPersonFile(at)
  })
  const found = fstatSync(opened.fd)
  const problem = reading(() => unsuitable(opened, found))
  if (problem !== undefined) throw productError('file-not-copied', { path: source, problem })
  const { size, mode } = found
  const upload = await prepareUpload(host, project, { ...request, size, mode: mode & 0o777 }, run.signal)
  return await upload(contentOf(opened), run)
}

/** Why an open file cannot be copied, if so. The engine needs the size before the content. Errors: those of reading. */
function unsuitable({ fd }: Opened, found: Stats): string | undefined {
  if (!found.isFile()) return 'It is not a file.'
  if (found.size > 0) return undefined
  return readSync(fd, Buffer.alloc(1), 0, 1, 0) === 0
    ? undefined
    : 'It has no size: the system makes its content as it is read. Copy it to a file on a disk first.'
}

/** The stream is made by whoever begins to read: before, nobody would receive its failure. */
async function* contentOf({ fd }: Opened): AsyncGenerator<Buffer> {
  yield* createReadStream('', { fd, start: 0, autoClose: false })
}

/**
 * Refuses a path that is a mount itself, onto which the system renames nothing, and one where nothing can be written.
 * Errors: `file-not-copied`.
 */
export function requireWritable(
  at: string,
  { Mounts, HostConfig }: Pick<ContainerDetails, 'Mounts' | 'HostConfig'>,
): void {
  const refused = (problem: string) => productError('file-not-copied', { path: at, problem })
  const [mount] = Mounts.filter(({ Destination }) => isBelow(at, Destination)).sort(
    (a, b) => b.Destination.length - a.Destination.length,
  )
  if (mount?.Destination === at) {
    const other = mount.Type === 'bind' ? ` Write to ${mount.Source} on the computer of the engine.` : ''
    throw refused(`It is mounted by itself.${other}`)
  }
  if (mount && !mount.RW) throw refused(`${mount.Destination} is mounted read-only.`)
  if (!mount && HostConfig.ReadonlyRootfs)
    throw refused('The environment is sealed: copy into the workspace or a volume.')
}

/**
 * Content of `size` bytes that only ends: where it fails, and when `signal` aborts, it ends early. So the engine sees an end,
 * and has closed the file before the part that it wrote is removed. `problem`: why the content itself ended early, if it did.
 */
export function endingEarly(content: AsyncIterable<Buffer>, size: number, signal: AbortSignal) {
  let problem: string | undefined
  let bytes = 0
  const read = async function* (): AsyncGenerator<Buffer> {
    const chunks = content[Symbol.asyncIterator]()
    const aborted = new Promise<{ done: true; value: undefined }>((resolve) => {
      const end = () => resolve({ done: true, value: undefined })
      if (signal.aborted) end()
      signal.addEventListener('abort', end, { once: true })
    })
    try {
      for (;;) {
        const next = await Promise.race([aborted, chunks.next()])
        if (next.done) {
          if (bytes < size && !signal.aborted) problem = 'It became shorter while it was read.'
          return
        }
        bytes += next.value.length
        yield next.value
      }
    } catch (error) {
      problem = reason(error)
    } finally {
      void chunks.return?.()
    }
  }
  return { content: read(), problem: () => problem }
}

const reason = (error: unknown): string => {
  if (isSystemError(error, 'ENOENT')) return 'There is no such file.'
  if (isSystemError(error, 'EACCES')) return 'It may not be read.'
  // A socket.
  if (isSystemError(error, 'ENXIO')) return 'It is not a file.'
  return error instanceof Error ? error.message : String(error)
}
