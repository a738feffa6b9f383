import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isSystemError, productError } from '../../../shared/errors.ts'
import { Sha256, VersionId } from '../../../shared/ids.ts'
import { SnapshotName, SnapshotOrigin } from '../../../shared/snapshot.ts'
import { writeFileWhole } from '../../store/write-file.ts'

/** An engine volume. Its name becomes part of mount options, in which commas and colons are separators. */
const EngineVolume = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/))

/**
 * One layer of a managed volume: an engine volume, and the path of the files in it. `data`: beside the working folder of
 * an overlay. The empty path: the volume contains only the files.
 */
export const Layer = z.object({ volume: EngineVolume, path: z.enum(['', 'data']) })
export type Layer = z.infer<typeof Layer>

/**
 * What a managed volume consists of. Only the last layer is written, and only by containers that mount `mount`: that
 * layer itself, or an overlay of all layers. `mount` is null until a container needs it: then a new layer is added on
 * top.
 */
const Stack = z.object({ layers: z.array(Layer), mount: z.nullable(EngineVolume) })
export type Stack = z.infer<typeof Stack>

/** The layers of each volume at one moment, which nothing writes any more. */
const SnapshotRecord = z.object({
  name: SnapshotName,
  takenAt: z.iso.datetime(),
  origin: SnapshotOrigin,
  version: z.nullable(VersionId),
  /** Only for the result of `data.seed`: the hash of what created it. */
  seed: z.optional(Sha256),
  volumes: z.record(z.string(), z.array(Layer)),
})
export type SnapshotRecord = z.infer<typeof SnapshotRecord>

const DataState = z.object({
  /** By the name of the managed volume. A volume that is not listed is a single layer of the same name. */
  stacks: z.record(z.string(), Stack),
  /** Oldest first. */
  snapshots: z.array(SnapshotRecord),
  /** Engine volumes that nothing refers to any more, but that could not be removed yet. */
  unneeded: z.array(EngineVolume),
  /**
   * The highest number of a change for which volumes were created; the volumes carry it. A volume with a higher number
   * that is not recorded was created with another record.
   */
  generation: z.optional(z.int()),
  /** The id of the engine that has the volumes. */
  engine: z.optional(z.string()),
})
export type DataState = z.infer<typeof DataState>

/** A change that takes effect once a container that carries its id is the current one. */
const Pending = z.object({
  id: z.string(),
  next: DataState,
  /** The engine volumes that are created for it. */
  made: z.array(EngineVolume),
  /** Whether the ledger records when it takes effect. It does not for a change of an older Pristine. */
  inLedger: z.optional(z.boolean()),
})
export type Pending = z.infer<typeof Pending>

const DataRecord = z.object({ format: z.literal(1), ...DataState.shape, pending: z.optional(Pending) })
export type DataRecord = z.infer<typeof DataRecord>

/** The record of a project's data, in its folder in the data folder. */
export const dataFile = (projectFolder: string) => path.join(projectFolder, 'data.json')

/** The record of a project's data; undefined if there is none. Errors: `data-record-unreadable`. */
export const readDataRecord = (projectFolder: string): Promise<DataRecord | undefined> =>
  readDataFile(dataFile(projectFolder))

/** A record by its file. Errors: `data-record-unreadable`. */
export async function readDataFile(file: string): Promise<DataRecord | undefined> {
  try {
    return DataRecord.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    const problem = error instanceof z.core.$ZodError ? 'It has another form.' : (error as Error).message
    throw productError('data-record-unreadable', { file, problem }, { cause: error })
  }
}

/** The files of a project's records of other engines. */
export async function awayFiles(projectFolder: string): Promise<string[]> {
  const names = await readdir(projectFolder).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return []
    throw error
  })
  return names
    .filter((name) => /^data-away-[0-9a-f]+\.json$/.test(name))
    .sort()
    .map((name) => path.join(projectFolder, name))
}

/** Errors: `storage-failed`. */
export function writeDataRecord(projectFolder: string, record: DataRecord): Promise<void> {
  return writeFileWhole(dataFile(projectFolder), `${JSON.stringify(record, null, 2)}\n`)
}

/** Forgets a project's data, which is gone. Errors: `storage-failed`. */
export async function forgetData(projectFolder: string): Promise<void> {
  const file = dataFile(projectFolder)
  await rm(file, { force: true }).catch((error: Error) => {
    throw productError('storage-failed', { path: file, problem: error.message, of: 'home' }, { cause: error })
  })
}
