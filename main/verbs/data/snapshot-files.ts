import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, fstatSync } from 'node:fs'
import { lstat, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import * as z from 'zod/mini'
import { isProductError, isSystemError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Snapshot } from '../../../shared/snapshot.ts'
import { warn } from '../../container/start/start-container.ts'
import { readArchive } from '../../data/archive/read-archive.ts'
import { writeArchive } from '../../data/archive/write-archive.ts'
import { countBytes } from '../../data/count-bytes.ts'
import { findSnapshot, freeName, requireFreeName } from '../../data/volume-layers/change-snapshots.ts'
import { readSettledData } from '../../data/volume-layers/data-facts.ts'
import { type Layer, type SnapshotRecord, writeDataRecord } from '../../data/volume-layers/data-record.ts'
import { type EnginePlace, withVolumes } from '../../data/volume-layers/engine-place.ts'
import { readLayers } from '../../data/volume-layers/make-mounts.ts'
import { commitData } from '../../data/volume-layers/settle-data.ts'
import { labelOf, newVolumeName, volumeName } from '../../data/volumes.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { copyInto } from '../../docker/copy-files.ts'
import { LABEL } from '../../docker/labels.ts'
import { createVolume } from '../../docker/volumes.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { withWriterLock } from '../../environment/with-writer-lock.ts'
import {
  type GivenPath,
  linkInTheWay,
  openFolderOf,
  openPersonFile,
  personPath,
} from '../../files/given-path.ts'
import { chooseVersion } from '../../history/choose-version.ts'
import { findImage } from '../../history/image-names.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'
import { foldersWithLinks } from '../../trust/container-writable-folders.ts'
import { describe, snapshotName } from './snapshots.ts'

/**
 * Writes a snapshot to a new file and returns its size in bytes.
 * Errors: `snapshot-unknown`, `snapshot-file-unusable`, `snapshot-not-exported`, `data-layers-missing`,
 * `data-copy-unsupported`, `version-none`; `busy`.
 */
export function exportSnapshot(
  host: Host,
  project: Project,
  { name, file }: { name: string; file: string },
  run: Run,
): Promise<{ bytes: number }> {
  return withWriterLock(host, project, 'snapshot', run, async (run) => {
    const place = await placeOf(host, project)
    const folder = host.home.project(project.key)
    const state = await readSettledData(place.engine, place.key, folder)
    const { takenAt, volumes } = findSnapshot(state, name)
    const all = Object.entries(volumes)
    if ((await engineVersion(place.engine)).name === 'Podman')
      throw productError('data-copy-unsupported', { volume: all[0]?.[0] ?? name })
    const shown = all.map(([, layers]) => (layers.length > 1 ? newVolumeName(place.key) : undefined))
    const made = shown.filter((volume) => volume !== undefined)
    const settled = { format: 1, ...state } as const
    const exposed = await foldersWithLinks(host, project)
    await writeDataRecord(folder, { ...settled, unneeded: [...state.unneeded, ...made] })
    const labels = all.map(([volume]) => labelOf(project.key, { name: volume }))
    const step = dataStep('export', `Write ${name} to ${path.basename(file)}`, name, run)
    let bytes: number
    try {
      bytes = await writeWhole(file, exposed, { signal: run.signal, report: step.report }, (tar) =>
        writeArchive(tar, { format: 1, name, takenAt, volumes: labels }, async (index, use) => {
          const [volume, layers] = all[index] as [string, Layer[]]
          await readLayers(place, { volume, layers, shown: shown[index] }, run, use)
        }),
      )
      step.end('done')
    } catch (error) {
      step.end('failed')
      throw error
    } finally {
      await commitData(
        { engine: place.engine, key: place.key, folder },
        {
          ...state,
          unneeded: [...state.unneeded, ...made],
        },
      ).catch(warn(run, 'What was made to read the snapshot is removed by a later command'))
    }
    return { bytes }
  })
}

/**
 * Writes a new file completely or not at all, and replaces none; returns its size in bytes. In one of the `exposed` folders, no
 * link is followed. Errors: `snapshot-file-unusable`, `cancelled`.
 */
async function writeWhole(
  file: string,
  exposed: readonly string[],
  { signal, report }: { signal: AbortSignal; report(done: number): void },
  write: (tar: ReturnType<typeof pack>) => Promise<void>,
): Promise<number> {
  const name = path.basename(file)
  const find = () => {
    const above = personPath(path.dirname(file), exposed)
    return { ...above, file: path.join(above.file, name) }
  }
  using folder = opened(file, find, openFolderOf)
  const whole = path.join(folder.path, name)
  const there = await lstat(whole).catch(() => undefined)
  if (there) throw productError('snapshot-file-unusable', { file, problem: 'It is there already.' })
  const temporary = path.join(folder.path, `.${name}.${randomBytes(4).toString('hex')}.tmp`)
  const tar = pack()
  let unwritten: unknown
  try {
    const target = createWriteStream(temporary, { flags: 'wx', mode: 0o600 })
    const written = pipeline(tar, (chunks) => countBytes(chunks, report), target)
    written.catch((error: unknown) => {
      unwritten = error
    })
    await Promise.race([write(tar).then(() => written), written.then(() => new Promise<never>(() => {}))])
    folder.verify()
    await rename(temporary, whole)
    return target.bytesWritten
  } catch (failed) {
    // If the file cannot be written, the reader of the data fails as well.
    const error = unwritten ?? failed
    tar.destroy()
    await rm(temporary, { force: true })
    if (signal.aborted && !isProductError(error, 'cancelled'))
      throw productError('cancelled', {}, { cause: error })
    if (isProductError(error) || !isSystemError(error)) throw error
    throw unusable(file, error)
  }
}

/** Opens what a path leads to. Errors: `snapshot-file-unusable`. */
function opened<T>(file: string, find: () => GivenPath, open: (at: GivenPath) => T): T {
  let at: GivenPath = { file }
  try {
    at = find()
    return open(at)
  } catch (error) {
    if (!isSystemError(error)) throw error
    const problem = linkInTheWay(at, error)
    if (problem === undefined) throw unusable(file, error)
    throw productError('snapshot-file-unusable', { file, problem }, { cause: error })
  }
}

/** The error for a file that the system does not allow to be read or written. */
function unusable(file: string, error: Error): Error {
  const problem = isSystemError(error, 'ENOENT')
    ? 'There is no such file or folder.'
    : isSystemError(error, 'EACCES') || isSystemError(error, 'EROFS')
      ? 'It may not be read or written.'
      : error.message
  return productError('snapshot-file-unusable', { file, problem }, { cause: error })
}

/**
 * Adds a snapshot from a file, under its original name if no other is given. Its content counts only after the whole file
 * was read and matches its checksums.
 * Errors: `snapshot-file-unusable`, `snapshot-archive-invalid`, `snapshot-name`, `snapshot-exists`, `version-none`;
 * `busy`.
 */
export function importSnapshot(
  host: Host,
  project: Project,
  options: { file: string; name?: string | undefined },
  run: Run,
): Promise<Snapshot> {
  const { file } = options
  const wanted = options.name === undefined ? undefined : snapshotName(options.name)
  return withWriterLock(host, project, 'snapshot', run, async (run) => {
    const place = await placeOf(host, project)
    const folder = host.home.project(project.key)
    const at = { engine: place.engine, key: place.key, folder }
    const state = await readSettledData(place.engine, place.key, folder)
    if (wanted !== undefined) requireFreeName(state, wanted)
    const exposed = await foldersWithLinks(host, project)
    using source = opened(file, () => personPath(file, exposed), openPersonFile)
    const there = fstatSync(source.fd)
    if (!there.isFile()) throw productError('snapshot-file-unusable', { file, problem: 'It is no file.' })
    const made = new Map<string, Layer>()
    const note = () => ({
      ...state,
      unneeded: [...state.unneeded, ...[...made.values()].map(({ volume }) => volume)],
    })
    const step = dataStep('import', `Read ${path.basename(file)}`, path.basename(file), run, there.size)
    try {
      const archive = createReadStream('', { fd: source.fd, autoClose: false, signal: run.signal })
      const manifest = await readArchive(Readable.from(countBytes(archive, step.report)), {
        root: 'imported',
        write: async (index, { volumes }, tar) => {
          const volume = volumeName(place.key, volumes[index] ?? '')
          const layer: Layer = { volume: newVolumeName(place.key), path: '' }
          if (made.has(volume)) throw new Error('a volume is there twice')
          made.set(volume, layer)
          // If this process dies, the next command removes what it imported.
          await writeDataRecord(folder, { format: 1, ...note() })
          await createVolume(place.engine, layer.volume, {
            [LABEL.project]: place.key,
            [LABEL.home]: host.home.root,
            [LABEL.part]: volume,
          })
          const mounts = [{ volume: layer.volume, target: '/imported' }]
          await withVolumes(place, mounts, (to) => copyInto(place.engine, to, '/', tar, run), run)
        },
      })
      const name = wanted ?? freeName(state, manifest.name)
      const snapshot: SnapshotRecord = {
        name,
        takenAt: manifest.takenAt,
        origin: 'imported',
        version: null,
        volumes: Object.fromEntries([...made].map(([volume, layer]) => [volume, [layer]])),
      }
      await commitData(at, { ...state, snapshots: [...state.snapshots, snapshot] })
      step.end('done')
      return describe(host, project, snapshot)
    } catch (error) {
      step.end('failed')
      // Only the first failure is reported.
      await commitData(at, note()).catch(() => {})
      throw invalid(file, error, run)
    }
  })
}

/** Reports the progress of writing or reading a file. `total` in bytes, if it is known. */
function dataStep(id: string, name: string, subject: string, run: Run, total?: number) {
  const step = { kind: 'step', id, name, phase: 'data', subject, ...(total && { total }) } as const
  run.report({ ...step, state: 'running', done: 0 })
  let bytes = 0
  return {
    report: (done: number) => {
      bytes = done
      run.report({ ...step, state: 'running', done })
    },
    end: (state: 'done' | 'failed') => run.report({ ...step, state, done: bytes }),
  }
}

/** A failure while an archive is read is a fault of the archive, unless the engine or the disk caused it. */
function invalid(file: string, error: unknown, { signal }: Run): unknown {
  if (signal.aborted) return isProductError(error) ? error : productError('cancelled', {}, { cause: error })
  if (isProductError(error)) return error
  if (isSystemError(error)) return unusable(file, error)
  const problem =
    error instanceof z.core.$ZodError
      ? 'What it says of itself has another form.'
      : `It is not whole, or not of an export: ${error instanceof Error ? error.message : String(error)}.`
  return productError('snapshot-archive-invalid', { file, problem }, { cause: error })
}

/**
 * The place to work in: uses the image of what runs, else of the known-good version, without running it. Errors:
 * `version-none`, `version-gone`.
 */
async function placeOf(host: Host, project: Project): Promise<EnginePlace> {
  const { engine, facts, history } = await readCurrentState(host, project)
  const [container] = facts.containers
  if (container) return { engine, key: project.key, image: container.image }
  const record = chooseVersion(project, history)
  const image = await findImage(engine, project.key, record)
  if (!image) throw productError('version-gone', { ordinal: record.ordinal })
  return { engine, key: project.key, image: image.Id }
}
