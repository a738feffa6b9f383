import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isSystemError, productError } from '../../../shared/errors.ts'
import { Sha256, VersionId } from '../../../shared/ids.ts'
import { SnapshotName, SnapshotOrigin } from '../../../shared/snapshot.ts'
import { writeFileWhole } from '../../store/write-file.ts'

/** A volume of the engine. It becomes part of mount options, in which commas and colons separate. */
const EngineVolume = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/))

/**
 * One layer of a managed volume: a volume of the engine, and where in it the files are. `data`: beside the working folder
 * of an overlay. The empty path: the volume is nothing but the files.
 */
export const Layer = z.object({ volume: EngineVolume, path: z.enum(['', 'data']) })
export type Layer = z.infer<typeof Layer>

/**
 * What a managed volume consists of. Only the last layer is written, and only by containers that mount `mount`: that layer
 * itself, or an overlay of all. `mount` is null until a container needs it: then a new layer is put on top.
 */
const Stack = z.object({ layers: z.array(Layer), mount: z.nullable(EngineVolume) })
export type Stack = z.infer<typeof Stack>

/** The layers of each volume at one moment, which nothing writes any more. */
const SnapshotRecord = z.object({
  name: SnapshotName,
  takenAt: z.iso.datetime(),
  origin: SnapshotOrigin,
  version: z.nullable(VersionId),
  /** Only of what `data.seed` made: the hash of what made it. */
  seed: z.optional(Sha256),
  volumes: z.record(z.string(), z.array(Layer)),
})
export type SnapshotRecord = z.infer<typeof SnapshotRecord>

const DataState = z.object({
  /** By the name of the managed volume. One that is not here is a single layer of the same name. */
  stacks: z.record(z.string(), Stack),
  /** Oldest first. */
  snapshots: z.array(SnapshotRecord),
  /** Volumes of the engine that nothing refers to any more, and that could not be removed yet. */
  unneeded: z.array(EngineVolume),
  /**
   * The highest number of a change after which volumes were made, which they carry. A volume with a higher one, of which
   * nothing is recorded, was made with another record.
   */
  generation: z.optional(z.int()),
  /** The id of the engine that has the volumes. */
  engine: z.optional(z.string()),
})
export type DataState = z.infer<typeof DataState>

/** A change that counts once a container that carries its id is the current one. */
const Pending = z.object({
  id: z.string(),
  next: DataState,
  /** The volumes of the engine that are made for it. */
  made: z.array(EngineVolume),
  /** Whether the ledger says when it counts. It does not of a change that an older Pristine made. */
  inLedger: z.optional(z.boolean()),
})
export type Pending = z.infer<typeof Pending>

const DataRecord = z.object({ format: z.literal(1), ...DataState.shape, pending: z.optional(Pending) })
export type DataRecord = z.infer<typeof DataRecord>

/** The record of a project's data, in its folder of the data folder. */
export const dataFile = (projectFolder: string) => path.join(projectFolder, 'data.json')

/** What is recorded of a project's data; undefined where nothing was. Errors: `data-record-unreadable`. */
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
